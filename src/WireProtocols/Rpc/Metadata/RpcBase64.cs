using System.Buffers;

namespace WireProtocols.Rpc;

/// <summary>The alphabet of base64 (RFC 4648 §4).</summary>
internal static class RpcBase64
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    public static SearchValues<char> Characters { get; } = SearchValues.Create(Alphabet);

    public static SearchValues<byte> Bytes { get; } = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    /// <summary>The value of a character of the alphabet.</summary>
    public static int ValueOf(byte character) => Alphabet.IndexOf((char)character, StringComparison.Ordinal);
}
