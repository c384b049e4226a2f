using System.Buffers.Binary;

namespace WireProtocols.WebRtc;

/// <summary>An attribute of a message, a slice of the bytes that the message was decoded from.</summary>
public readonly ref struct StunAttributeView
{
    internal const int HeaderSize = 4;

    internal StunAttributeView(StunAttributeType type, int offset, bool isIgnored, ReadOnlySpan<byte> value)
    {
        Type = type;
        Offset = offset;
        IsIgnored = isIgnored;
        Value = value;
    }

    /// <summary>The type.</summary>
    public StunAttributeType Type { get; }

    /// <summary>Where the attribute begins, in bytes from the start of the message.</summary>
    public int Offset { get; }

    /// <summary>
    /// True for what stands behind the message integrity and is not FINGERPRINT or MESSAGE-INTEGRITY-SHA256: "agents MUST ignore all attributes that
    /// follow MESSAGE-INTEGRITY" (RFC 8489 §14.5, §9.1.1). Nobody vouches for it.
    /// </summary>
    public bool IsIgnored { get; }

    /// <summary>The value without its padding.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>The size of a value with its padding.</summary>
    internal static int Pad(int length) => (length + 3) & ~3;

    /// <summary>Reads the code and the phrase of ERROR-CODE.</summary>
    /// <param name="code">300 to 699.</param>
    /// <param name="reason">The phrase, UTF-8.</param>
    /// <returns>False where the attribute is another.</returns>
    public bool TryGetErrorCode(out int code, out ReadOnlySpan<byte> reason)
    {
        if (Type != StunAttributeType.ErrorCode || Value.Length < HeaderSize)
        {
            code = 0;
            reason = default;
            return false;
        }

        // "Reserved bits SHOULD be 0 … Receivers MUST ignore these bits."
        code = ((Value[2] & 7) * 100) + Value[3];
        reason = Value[HeaderSize..];
        return true;
    }

    /// <summary>One of the types of UNKNOWN-ATTRIBUTES.</summary>
    /// <param name="index">0 to half the length of <see cref="Value"/>, exclusive.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such type.</exception>
    public StunAttributeType GetUnknownType(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Value.Length / sizeof(ushort));
        return (StunAttributeType)BinaryPrimitives.ReadUInt16BigEndian(Value[(index * sizeof(ushort))..]);
    }
}
