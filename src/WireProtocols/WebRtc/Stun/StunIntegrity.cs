using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using WireProtocols.Buffers;

namespace WireProtocols.WebRtc;

/// <summary>FINGERPRINT, MESSAGE-INTEGRITY and MESSAGE-INTEGRITY-SHA256 (RFC 8489 §14.5 to §14.7), and the keys of the latter.</summary>
public static class StunIntegrity
{
    internal const uint FingerprintMask = 0x5354554E;

    private const int LengthOffset = 2;
    private const int MaxStack = 1024;

    /// <summary>The key of short-term credentials: the password (RFC 8489 §9.1.1).</summary>
    /// <param name="password">The password, already processed with the OpaqueString profile, which leaves ASCII as it is.</param>
    public static byte[] CreateShortTermKey(string password)
    {
        ArgumentNullException.ThrowIfNull(password);
        return Encoding.UTF8.GetBytes(password);
    }

    /// <summary>The key of long-term credentials: the hash of <c>username:realm:password</c> (RFC 8489 §9.2.2).</summary>
    /// <param name="username">The username, already processed with the OpaqueString profile.</param>
    /// <param name="realm">The realm, processed alike.</param>
    /// <param name="password">The password, processed alike.</param>
    /// <param name="usesSha256">True for SHA-256; false for MD5, which is used where there is no PASSWORD-ALGORITHM.</param>
    public static byte[] CreateLongTermKey(string username, string realm, string password, bool usesSha256)
    {
        ArgumentNullException.ThrowIfNull(username);
        ArgumentNullException.ThrowIfNull(realm);
        ArgumentNullException.ThrowIfNull(password);
        byte[] text = Encoding.UTF8.GetBytes($"{username}:{realm}:{password}");
#pragma warning disable CA5351 // "key = MD5(username ":" OpaqueString(realm) ":" OpaqueString(password))"; the RFC has no other for old servers.
        return usesSha256 ? SHA256.HashData(text) : MD5.HashData(text);
#pragma warning restore CA5351
    }

    /// <summary>The value of USERHASH (RFC 8489 §14.4).</summary>
    /// <param name="username">The username, already processed with the OpaqueString profile.</param>
    /// <param name="realm">The realm, processed alike.</param>
    public static byte[] ComputeUserhash(string username, string realm)
    {
        ArgumentNullException.ThrowIfNull(username);
        ArgumentNullException.ThrowIfNull(realm);
        return SHA256.HashData(Encoding.UTF8.GetBytes($"{username}:{realm}"));
    }

    /// <summary>Whether the FINGERPRINT is there and right.</summary>
    /// <param name="message">The message.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="errorOffset">Where.</param>
    public static bool IsFingerprintRight(in StunMessage message, out StunProtocolError error, out int errorOffset)
    {
        if (!message.TryGet(StunAttributeType.Fingerprint, out StunAttributeView attribute))
        {
            error = StunProtocolError.FingerprintMissing;
            errorOffset = message.Bytes.Length;
            return false;
        }

        uint expected = Crc32.Compute(message.Bytes[..attribute.Offset]) ^ FingerprintMask;
        bool isRight = expected == BinaryPrimitives.ReadUInt32BigEndian(attribute.Value);
        error = isRight ? StunProtocolError.None : StunProtocolError.FingerprintMismatch;
        errorOffset = isRight ? 0 : attribute.Offset + StunAttributeView.HeaderSize;
        return isRight;
    }

    /// <summary>
    /// Whether the message integrity is there and right: MESSAGE-INTEGRITY-SHA256 where it is there, else MESSAGE-INTEGRITY (RFC 8489 §9.1.3).
    /// The time that it takes says nothing of the value.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="key">The key, of <see cref="CreateShortTermKey"/> or <see cref="CreateLongTermKey"/>.</param>
    /// <param name="error">What is wrong.</param>
    /// <param name="errorOffset">Where.</param>
    /// <param name="minSha256Length">
    /// The shortest HMAC-SHA256 in bytes that the usage allows: "the full 32 bytes unless the STUN Usage explicitly specifies that truncation is
    /// allowed" (RFC 8489 §14.6).
    /// </param>
    public static bool IsIntegrityRight(
        in StunMessage message,
        ReadOnlySpan<byte> key,
        out StunProtocolError error,
        out int errorOffset,
        int minSha256Length = StunAttributeRules.Sha256Size)
    {
        if (!message.TryGet(StunAttributeType.MessageIntegritySha256, out StunAttributeView attribute)
            && !message.TryGet(StunAttributeType.MessageIntegrity, out attribute))
        {
            error = StunProtocolError.IntegrityMissing;
            errorOffset = message.Bytes.Length;
            return false;
        }

        bool isSha256 = attribute.Type == StunAttributeType.MessageIntegritySha256;
        Span<byte> hash = stackalloc byte[StunAttributeRules.Sha256Size];
        Compute(message.Bytes, attribute.Offset, attribute.Value.Length, key, isSha256, hash);
        bool isRight = CryptographicOperations.FixedTimeEquals(hash[..attribute.Value.Length], attribute.Value)
            && (!isSha256 || attribute.Value.Length >= minSha256Length);
        error = isRight ? StunProtocolError.None : StunProtocolError.IntegrityMismatch;
        errorOffset = isRight ? 0 : attribute.Offset + StunAttributeView.HeaderSize;
        return isRight;
    }

    /// <summary>
    /// The HMAC over "the STUN message, up to and including the attribute preceding" the one at <paramref name="offset"/>, its length set
    /// "to point to the end of" that attribute.
    /// </summary>
    internal static void Compute(
        ReadOnlySpan<byte> message, int offset, int valueLength, ReadOnlySpan<byte> key, bool isSha256, Span<byte> hash)
    {
        byte[]? rented = offset > MaxStack ? ArrayPool<byte>.Shared.Rent(offset) : null;
        Span<byte> text = rented is null ? stackalloc byte[MaxStack] : rented;
        text = text[..offset];
        message[..offset].CopyTo(text);
        int end = offset + StunAttributeView.HeaderSize + valueLength;
        BinaryPrimitives.WriteUInt16BigEndian(text[LengthOffset..], (ushort)(end - StunMessage.HeaderSize));
        if (isSha256)
        {
            HMACSHA256.HashData(key, text, hash);
        }
        else
        {
#pragma warning disable CA5350 // MESSAGE-INTEGRITY "contains an HMAC-SHA1".
            HMACSHA1.HashData(key, text, hash);
#pragma warning restore CA5350
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
