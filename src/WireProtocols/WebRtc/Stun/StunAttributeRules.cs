using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace WireProtocols.WebRtc;

/// <summary>What the value of each attribute of RFC 8489 has to be (§14.1 to §14.16). Other attributes are bytes.</summary>
internal static class StunAttributeRules
{
    public const int Sha1Size = 20;
    public const int Sha256Size = 32;
    public const int MinSha256Size = 16;

    private const int MaxTextLength = 763;
    private const int MaxDomainLength = 255;
    private const int UserhashSize = 32;
    private const int AlgorithmHeaderSize = 4;
    private const int MaxTextSent = 509;
    private const int MaxCharactersSent = 127;

    public static bool IsRight(StunAttributeType type, ReadOnlySpan<byte> value, out StunProtocolError error, out int index)
    {
        index = 0;
        error = type switch
        {
            StunAttributeType.XorMappedAddress or StunAttributeType.MappedAddress or StunAttributeType.AlternateServer => CheckAddress(value),
            StunAttributeType.Fingerprint => CheckLength(value.Length == sizeof(uint)),
            StunAttributeType.Software or StunAttributeType.Username or StunAttributeType.Realm or StunAttributeType.Nonce
                => CheckText(value, out index),
            StunAttributeType.MessageIntegrity => CheckLength(value.Length == Sha1Size),
            StunAttributeType.MessageIntegritySha256
                => CheckLength(value.Length is >= MinSha256Size and <= Sha256Size && (value.Length & 3) == 0),
            StunAttributeType.ErrorCode => CheckErrorCode(value, out index),
            StunAttributeType.UnknownAttributes => CheckLength((value.Length & 1) == 0),
            StunAttributeType.Userhash => CheckLength(value.Length == UserhashSize),
            StunAttributeType.PasswordAlgorithm => CheckLength(CountAlgorithms(value) == 1),
            StunAttributeType.PasswordAlgorithms => CheckLength(CountAlgorithms(value) > 0),
            StunAttributeType.AlternateDomain
                => value.Length <= MaxDomainLength && Ascii.IsValid(value) ? StunProtocolError.None : StunProtocolError.DomainMalformed,
            _ => StunProtocolError.None,
        };
        return error == StunProtocolError.None;
    }

    /// <summary>Whether text is short enough to be sent: "fewer than 509 bytes" of a username, elsewhere "fewer than 128 characters".</summary>
    public static bool MayBeSent(StunAttributeType type, ReadOnlySpan<byte> text) => type switch
    {
        StunAttributeType.Username => text.Length < MaxTextSent,
        StunAttributeType.Software or StunAttributeType.Realm or StunAttributeType.Nonce or StunAttributeType.ErrorCode
            => text.Length <= MaxTextSent && CountCharacters(text) <= MaxCharactersSent,
        _ => true,
    };

    private static StunProtocolError CheckLength(bool isRight) => isRight ? StunProtocolError.None : StunProtocolError.ValueLengthWrong;

    /// <summary>An address of another family is one that is not understood: "the attribute SHOULD be ignored" (RFC 8489 §6.3.3).</summary>
    private static StunProtocolError CheckAddress(ReadOnlySpan<byte> value)
        => CheckLength(value.Length >= StunAddress.FixedSize && value[1] switch
        {
            StunAddress.FamilyIPv4 => value.Length == StunAddress.FixedSize + sizeof(uint),
            StunAddress.FamilyIPv6 => value.Length == StunAddress.FixedSize + StunAddress.IPv6Size,
            _ => true,
        });

    private static StunProtocolError CheckText(ReadOnlySpan<byte> text, out int index)
    {
        index = 0;
        if (text.Length > MaxTextLength)
        {
            index = MaxTextLength;
            return StunProtocolError.TextTooLong;
        }

        if (Utf8.IsValid(text))
        {
            return StunProtocolError.None;
        }

        while (Rune.DecodeFromUtf8(text[index..], out _, out int length) == System.Buffers.OperationStatus.Done)
        {
            index += length;
        }

        return StunProtocolError.TextNotUtf8;
    }

    private static StunProtocolError CheckErrorCode(ReadOnlySpan<byte> value, out int index)
    {
        index = 0;
        if (value.Length < StunAttributeView.HeaderSize)
        {
            return StunProtocolError.ValueLengthWrong;
        }

        if ((value[2] & 7) is < 3 or > 6 || value[3] > 99)
        {
            index = (value[2] & 7) is < 3 or > 6 ? 2 : 3;
            return StunProtocolError.ErrorCodeOutOfRange;
        }

        StunProtocolError error = CheckText(value[StunAttributeView.HeaderSize..], out index);
        index += StunAttributeView.HeaderSize;
        return error;
    }

    /// <summary>How many algorithms stand one behind the other; -1 where one is cut. The padding of the last is that of the attribute.</summary>
    private static int CountAlgorithms(ReadOnlySpan<byte> value)
    {
        int count = 0;
        while (!value.IsEmpty)
        {
            int length = value.Length < AlgorithmHeaderSize
                ? int.MaxValue
                : AlgorithmHeaderSize + BinaryPrimitives.ReadUInt16BigEndian(value[sizeof(ushort)..]);
            if (length > value.Length)
            {
                return -1;
            }

            count++;
            value = value[Math.Min(value.Length, StunAttributeView.Pad(length))..];
        }

        return count;
    }

    private static int CountCharacters(ReadOnlySpan<byte> text)
    {
        int count = 0;
        foreach (byte value in text)
        {
            // A byte that begins a character.
            count += (value & 0xC0) != 0x80 ? 1 : 0;
        }

        return count;
    }
}
