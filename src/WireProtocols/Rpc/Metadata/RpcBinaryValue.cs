using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace WireProtocols.Rpc;

/// <summary>
/// The value of metadata whose name ends in <c>-bin</c>: base64 (RFC 4648 §4). "Implementations MUST accept padded and un-padded values and should
/// emit un-padded values" (PROTOCOL-HTTP2 §Requests).
/// </summary>
public static class RpcBinaryValue
{
    /// <summary>Encodes bytes, without padding.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes) => Convert.ToBase64String(bytes).TrimEnd('=');

    /// <summary>Decodes one value, padded or not. Values that were joined by commas have to be told apart before.</summary>
    /// <returns>False where it is no base64.</returns>
    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? bytes)
    {
        bytes = null;
        ReadOnlySpan<char> digits = text.TrimEnd('=');
        int padding = text.Length - digits.Length;
        if (digits.Length % 4 == 1 || (padding > 0 && (padding > 2 || text.Length % 4 != 0)) || digits.ContainsAnyExcept(RpcBase64.Characters))
        {
            return false;
        }

        byte[] padded = new byte[(digits.Length + 3) / 4 * 4];
        padded.AsSpan().Fill((byte)'=');
        Encoding.ASCII.GetBytes(digits, padded);
        byte[] decoded = new byte[padded.Length / 4 * 3];
        if (Base64.DecodeFromUtf8(padded, decoded, out _, out int written) != OperationStatus.Done)
        {
            return false;
        }

        bytes = decoded[..written];
        return true;
    }
}
