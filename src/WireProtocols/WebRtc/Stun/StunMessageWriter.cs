using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using WireProtocols.Buffers;

namespace WireProtocols.WebRtc;

/// <summary>
/// Writes messages of STUN, one at a time, into a buffer of its own that is used again. What is written decodes to the attributes that were
/// added, or the call throws.
/// </summary>
public sealed class StunMessageWriter
{
    private const int InitialSize = 256;
    private const int MaxLength = 65_532;
    private const int LengthOffset = 2;

    private byte[] _buffer = new byte[InitialSize];
    private int _length;
    private StunAttributeType _last;

    /// <summary>The message so far, whole behind every call. It is valid until the next one.</summary>
    public ReadOnlyMemory<byte> Message => _buffer.AsMemory(0, _length);

    /// <summary>The transaction id of the message.</summary>
    public ReadOnlySpan<byte> TransactionId
        => _length == 0 ? default : _buffer.AsSpan(StunMessage.TransactionOffset, StunMessage.TransactionIdSize);

    /// <summary>Begins a message with a transaction id of its own: "cryptographically random" (RFC 8489 §5).</summary>
    /// <param name="messageClass">The class: a request or an indication.</param>
    /// <param name="method">The method, 0 to 0xFFF.</param>
    public void Begin(StunClass messageClass, int method)
    {
        Span<byte> transactionId = stackalloc byte[StunMessage.TransactionIdSize];
        RandomNumberGenerator.Fill(transactionId);
        Begin(messageClass, method, transactionId);
    }

    /// <summary>Begins a message.</summary>
    /// <param name="messageClass">The class.</param>
    /// <param name="method">The method, 0 to 0xFFF.</param>
    /// <param name="transactionId">The 12 bytes of the transaction: of a response those of the request.</param>
    /// <exception cref="ArgumentException">The class or the method is none, or the transaction id has another length.</exception>
    public void Begin(StunClass messageClass, int method, ReadOnlySpan<byte> transactionId)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(method);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(method, StunMethod.Max);
        if (messageClass is < StunClass.Request or > StunClass.ErrorResponse || transactionId.Length != StunMessage.TransactionIdSize)
        {
            throw new ArgumentException("A message has one of four classes and a transaction id of 12 bytes.");
        }

        BinaryPrimitives.WriteUInt16BigEndian(_buffer, StunHeader.GetType(messageClass, method));
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(StunMessage.CookieOffset), StunMessage.MagicCookie);
        transactionId.CopyTo(_buffer.AsSpan(StunMessage.TransactionOffset));
        _length = StunMessage.HeaderSize;
        _last = StunAttributeType.Reserved;
        SetLength(0);
    }

    /// <summary>Adds an attribute.</summary>
    /// <param name="type">The type; not those that have a method of their own because they depend on what stands before them.</param>
    /// <param name="value">The value without padding; of an attribute of RFC 8489 what it has to be.</param>
    /// <exception cref="ArgumentException">The value is not one of this type, or is longer than may be sent.</exception>
    /// <exception cref="InvalidOperationException">There is no room, or nothing may follow any more.</exception>
    public void Add(StunAttributeType type, ReadOnlySpan<byte> value)
    {
        if (type is < 0 or > (StunAttributeType)ushort.MaxValue || !StunAttributeRules.IsRight(type, value, out _, out _)
            || type is StunAttributeType.MessageIntegrity or StunAttributeType.MessageIntegritySha256 or StunAttributeType.Fingerprint
            || !StunAttributeRules.MayBeSent(type, type == StunAttributeType.ErrorCode ? value[StunAttributeView.HeaderSize..] : value))
        {
            throw new ArgumentException($"This is no value of {type.GetName()}.", nameof(value));
        }

        value.CopyTo(Append(type, value.Length));
    }

    /// <summary>Adds text: USERNAME, REALM, NONCE, SOFTWARE or ALTERNATE-DOMAIN.</summary>
    /// <param name="type">The type.</param>
    /// <param name="text">The text: of a username fewer than 509 bytes, else fewer than 128 characters.</param>
    /// <exception cref="ArgumentException">The text is too long, or no text.</exception>
    /// <exception cref="InvalidOperationException">There is no room, or nothing may follow any more.</exception>
    public void AddText(StunAttributeType type, string text) => Add(type, Utf8Of(text));

    /// <summary>Adds an address: MAPPED-ADDRESS, XOR-MAPPED-ADDRESS, which is put so, or ALTERNATE-SERVER.</summary>
    /// <param name="type">The type: one of these three.</param>
    /// <param name="address">The address.</param>
    /// <exception cref="ArgumentException">The type is another, or the address has more bits than its family.</exception>
    /// <exception cref="InvalidOperationException">There is no room, or nothing may follow any more.</exception>
    public void AddAddress(StunAttributeType type, StunAddress address)
    {
        if (type is not (StunAttributeType.MappedAddress or StunAttributeType.XorMappedAddress or StunAttributeType.AlternateServer))
        {
            throw new ArgumentException($"{type.GetName()} holds no address.", nameof(type));
        }

        if (!address.IsIPv6 && address.Bits > uint.MaxValue)
        {
            throw new ArgumentException("An address of IPv4 has 32 bits.", nameof(address));
        }

        Span<byte> value = Append(type, address.Size);
        address.Encode(type == StunAttributeType.XorMappedAddress ? TransactionId : default, value);
    }

    /// <summary>Adds ERROR-CODE.</summary>
    /// <param name="code">300 to 699.</param>
    /// <param name="reason">A phrase of fewer than 128 characters.</param>
    /// <exception cref="ArgumentException">The code or the phrase is none.</exception>
    /// <exception cref="InvalidOperationException">There is no room, or nothing may follow any more.</exception>
    public void AddErrorCode(int code, string reason)
    {
        ArgumentNullException.ThrowIfNull(reason);
        if (code is < 300 or > 699)
        {
            throw new ArgumentOutOfRangeException(nameof(code), code, "An error code is 300 to 699.");
        }

        Add(StunAttributeType.ErrorCode, [0, 0, (byte)(code / 100), (byte)(code % 100), .. Utf8Of(reason)]);
    }

    /// <summary>Adds UNKNOWN-ATTRIBUTES.</summary>
    /// <param name="types">The types, in order.</param>
    /// <exception cref="InvalidOperationException">There is no room, or nothing may follow any more.</exception>
    public void AddUnknownAttributes(ReadOnlySpan<StunAttributeType> types)
    {
        Span<byte> value = Append(StunAttributeType.UnknownAttributes, types.Length * sizeof(ushort));
        for (int i = 0; i < types.Length; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(value[(i * sizeof(ushort))..], (ushort)types[i]);
        }
    }

    /// <summary>Adds MESSAGE-INTEGRITY. Only MESSAGE-INTEGRITY-SHA256 and FINGERPRINT may follow.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="InvalidOperationException">There is no room, or nothing may follow any more.</exception>
    public void AddIntegrity(ReadOnlySpan<byte> key)
        => AddHmac(StunAttributeType.MessageIntegrity, StunAttributeRules.Sha1Size, key);

    /// <summary>Adds MESSAGE-INTEGRITY-SHA256. Only FINGERPRINT may follow.</summary>
    /// <param name="key">The key.</param>
    /// <param name="length">How many bytes of the HMAC: 16 to 32, a multiple of 4; fewer than 32 only where the usage allows it.</param>
    /// <exception cref="ArgumentException">There is no such length.</exception>
    /// <exception cref="InvalidOperationException">There is no room, or nothing may follow any more.</exception>
    public void AddIntegritySha256(ReadOnlySpan<byte> key, int length = StunAttributeRules.Sha256Size)
    {
        if (length is < StunAttributeRules.MinSha256Size or > StunAttributeRules.Sha256Size || (length & 3) != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(length), length, "16 to 32 bytes of the HMAC are sent, a multiple of 4.");
        }

        AddHmac(StunAttributeType.MessageIntegritySha256, length, key);
    }

    /// <summary>Adds FINGERPRINT. Nothing may follow.</summary>
    /// <exception cref="InvalidOperationException">There is no room, or nothing may follow any more.</exception>
    public void AddFingerprint()
    {
        int offset = _length;
        Span<byte> value = Append(StunAttributeType.Fingerprint, sizeof(uint));
        BinaryPrimitives.WriteUInt32BigEndian(value, Crc32.Compute(_buffer.AsSpan(0, offset)) ^ StunIntegrity.FingerprintMask);
    }

    private static byte[] Utf8Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new UTF8Encoding(false, throwOnInvalidBytes: true).GetBytes(text);
    }

    private void AddHmac(StunAttributeType type, int size, ReadOnlySpan<byte> key)
    {
        int offset = _length;
        Span<byte> hash = stackalloc byte[StunAttributeRules.Sha256Size];
        Span<byte> value = Append(type, size);
        StunIntegrity.Compute(_buffer.AsSpan(0, _length), offset, size, key, type == StunAttributeType.MessageIntegritySha256, hash);
        hash[..size].CopyTo(value);
    }

    /// <summary>Makes room for an attribute, its padding zero.</summary>
    private Span<byte> Append(StunAttributeType type, int length)
    {
        int end = _length + StunAttributeView.HeaderSize + StunAttributeView.Pad(length);
        bool mayFollow = _length > 0 && _last switch
        {
            StunAttributeType.Fingerprint => false,
            StunAttributeType.MessageIntegrity => type is StunAttributeType.MessageIntegritySha256 or StunAttributeType.Fingerprint,
            StunAttributeType.MessageIntegritySha256 => type == StunAttributeType.Fingerprint,
            _ => true,
        };
        if (!mayFollow || end - StunMessage.HeaderSize > MaxLength)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"{type.GetName()} has no place behind {_last.GetName()} at byte {_length}."));
        }

        if (end > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(end, 2 * _buffer.Length));
        }

        Span<byte> attribute = _buffer.AsSpan(_length, end - _length);
        attribute.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(attribute, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(attribute[sizeof(ushort)..], (ushort)length);
        _length = end;
        _last = type;
        SetLength(end - StunMessage.HeaderSize);
        return attribute.Slice(StunAttributeView.HeaderSize, length);
    }

    private void SetLength(int length) => BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(LengthOffset), (ushort)length);
}
