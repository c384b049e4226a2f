using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;

namespace WireProtocols.WebSockets;

/// <summary>
/// Sec-WebSocket-Key and Sec-WebSocket-Accept (RFC 6455 §4.1 and §4.2.2): how
/// a server shows that it read the client's handshake. Nothing here allocates.
/// </summary>
public static class WebSocketAccept
{
    /// <summary>The length of a key in bytes: base64 of 16 bytes.</summary>
    public const int KeyLength = 24;

    /// <summary>The length of an accept value in bytes: base64 of a SHA-1 hash.</summary>
    public const int AcceptLength = 28;

    private const int NonceLength = 16;

    // The value has four bits for its last character, and the other two of its six bits.
    private static readonly SearchValues<byte> LastCharacters = SearchValues.Create("AQgw"u8);

    private static readonly SearchValues<byte> Base64Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8);

    private static ReadOnlySpan<byte> Guid => "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8;

    /// <summary>
    /// True for the canonical base64 of 16 bytes: 22 characters, the last one with its unused bits zero (RFC 4648 §3.5), and <c>==</c>.
    /// </summary>
    public static bool IsKey(ReadOnlySpan<byte> key) => FindInvalid(key) < 0;

    /// <summary>Computes the accept value of a key: base64 of the SHA-1 of the key and a fixed GUID.</summary>
    /// <param name="key">The value of Sec-WebSocket-Key, <see cref="KeyLength"/> bytes.</param>
    /// <param name="destination">Where <see cref="AcceptLength"/> bytes go.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.InvalidData"/> when it is no key, or
    /// <see cref="OperationStatus.DestinationTooSmall"/>; nothing is written then.</returns>
    public static OperationStatus Compute(ReadOnlySpan<byte> key, Span<byte> destination)
    {
        if (!IsKey(key))
        {
            return OperationStatus.InvalidData;
        }

        if (destination.Length < AcceptLength)
        {
            return OperationStatus.DestinationTooSmall;
        }

        Span<byte> input = stackalloc byte[KeyLength + 36];
        key.CopyTo(input);
        Guid.CopyTo(input[KeyLength..]);
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
#pragma warning disable CA5350 // "taking the SHA-1 hash of this concatenated value": no secret depends on it (RFC 6455 §10.8)
        SHA1.HashData(input, hash);
#pragma warning restore CA5350
        return Base64.EncodeToUtf8(hash, destination, out _, out _);
    }

    /// <summary>True when <paramref name="accept"/> is the accept value of <paramref name="key"/>.</summary>
    public static bool Verify(ReadOnlySpan<byte> key, ReadOnlySpan<byte> accept)
    {
        Span<byte> expected = stackalloc byte[AcceptLength];
        return Compute(key, expected) == OperationStatus.Done && accept.SequenceEqual(expected);
    }

    /// <summary>Writes a new key: "The nonce MUST be selected randomly for each connection."</summary>
    /// <param name="destination">Where <see cref="KeyLength"/> bytes go.</param>
    /// <exception cref="ArgumentException">The destination is too small.</exception>
    public static void GenerateKey(Span<byte> destination)
    {
        Span<byte> nonce = stackalloc byte[NonceLength];
        RandomNumberGenerator.Fill(nonce);
        if (Base64.EncodeToUtf8(nonce, destination, out _, out _) != OperationStatus.Done)
        {
            throw new ArgumentException($"A key takes {KeyLength} bytes.", nameof(destination));
        }
    }

    /// <summary>The index of the first byte that no key has there, the length of a key that is cut, or -1.</summary>
    internal static int FindInvalid(ReadOnlySpan<byte> key)
    {
        int run = key.IndexOfAnyExcept(Base64Characters);
        int value = run < 0 ? key.Length : run;
        return value switch
        {
            < KeyLength - 2 => value,
            > KeyLength - 2 => KeyLength - 2,
            _ when !LastCharacters.Contains(key[value - 1]) => value - 1,
            _ => FindInvalidPadding(key),
        };
    }

    private static int FindInvalidPadding(ReadOnlySpan<byte> key)
    {
        for (int index = KeyLength - 2; index < KeyLength; index++)
        {
            if (index == key.Length || key[index] != '=')
            {
                return index;
            }
        }

        return key.Length == KeyLength ? -1 : KeyLength;
    }
}
