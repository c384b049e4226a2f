using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.WebRtc;

namespace WireProtocols.Fuzz.WebRtc;

/// <summary>
/// A datagram to a decoder of STUN, its oracle, and a Binding server. The first byte says whether length and cookie are put right before. What is
/// decoded is written again, and an answer decodes.
/// </summary>
public sealed class StunTarget : FuzzTarget
{
    private const int SetupLength = 21;
    private const int PutRight = 1;

    public override string Name => "stun";

    public override string CodeNamespace => "WireProtocols.WebRtc";

    public override FuzzFormat Format { get; } = new LengthValueFormat(
        SetupLength, countsHeader: false, 0x0001, 0x0006, 0x0008, 0x0009, 0x000A, 0x0014, 0x0015, 0x001C, 0x001D, 0x001E, 0x0020, 0x0024, 0x8002,
        0x8003, 0x8022, 0x8023, 0x8028, 0x9999);

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return;
        }

        byte[] datagram = input[1..].ToArray();
        if ((input[0] & PutRight) != 0 && datagram.Length is >= StunMessage.HeaderSize and <= ushort.MaxValue)
        {
            datagram[0] &= 0x3F;
            BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), (ushort)(datagram.Length - StunMessage.HeaderSize));
            BinaryPrimitives.WriteUInt32BigEndian(datagram.AsSpan(4), StunMessage.MagicCookie);
        }

        IReadOnlyList<string> rows = StunRows.Decode(datagram);
        IReadOnlyList<string> expected = NaiveStun.Decode(datagram);
        Require(rows.SequenceEqual(expected), $"{string.Join(" | ", rows)} is {string.Join(" | ", expected)}");
        CheckPrefixes(datagram);
        CheckAnswer(datagram);
        if (StunMessage.DecodeDatagram(datagram, out StunMessage message, out _, out _) == OperationStatus.Done)
        {
            CheckWritten(message, rows);
            bool isRight = StunIntegrity.IsFingerprintRight(message, out _, out _);
            Require(
                !message.TryGet(StunAttributeType.Fingerprint, out StunAttributeView fingerprint)
                    ? !isRight
                    : isRight == ((NaiveStun.Crc32(datagram.AsSpan(0, fingerprint.Offset)) ^ 0x5354554E)
                        == BinaryPrimitives.ReadUInt32BigEndian(fingerprint.Value)),
                "the checksum is that of the oracle");
            Require(!StunIntegrity.IsIntegrityRight(message, "nobody has this key"u8, out _, out _));
        }
    }

    private static void CheckPrefixes(byte[] datagram)
    {
        OperationStatus whole = StunMessage.Decode(datagram, out _, out StunProtocolError error, out int errorOffset);
        for (int length = 0; length < Math.Min(datagram.Length, StunMessage.HeaderSize); length++)
        {
            OperationStatus part = StunMessage.Decode(datagram.AsSpan(0, length), out _, out StunProtocolError early, out int earlyOffset);
            Require(
                (part == OperationStatus.NeedMoreData && early == StunProtocolError.UnexpectedEnd && earlyOffset == length)
                    || (part == whole && early == error && earlyOffset == errorOffset),
                "more bytes never change a result");
        }
    }

    private static void CheckAnswer(byte[] datagram)
    {
        StunMessageWriter answer = new();
        StunAddress source = new(0xC0000201, 32853, false);
        if (!StunBinding.TryAnswer(datagram, source, "fuzz", answer, out StunProtocolError error))
        {
            return;
        }

        Require(
            StunMessage.DecodeDatagram(answer.Message.Span, out StunMessage response, out _, out _) == OperationStatus.Done, "an answer decodes");
        Require(response.TransactionId.SequenceEqual(datagram.AsSpan(8, StunMessage.TransactionIdSize)));
        Require(response.Class == (error == StunProtocolError.None ? StunClass.SuccessResponse : StunClass.ErrorResponse));
        Require(
            error != StunProtocolError.None
                || (response.TryGetAddress(StunAttributeType.XorMappedAddress, out StunAddress seen) && seen == source));
    }

    /// <summary>What may be written is written, without the attributes that depend on those before them, and reads back alike.</summary>
    private static void CheckWritten(in StunMessage message, IReadOnlyList<string> rows)
    {
        StunMessageWriter writer = new();
        writer.Begin(message.Class, message.Method, message.TransactionId);
        int count = 0;
        foreach (StunAttributeView attribute in message)
        {
            try
            {
                writer.Add(attribute.Type, attribute.Value);
                count++;
            }
            catch (ArgumentException)
            {
                // An integrity, a fingerprint, text that is too long to be sent, or what was ignored and is malformed.
            }
        }

        IReadOnlyList<string> again = StunRows.Decode(writer.Message.Span);
        Require(again[0] == rows[0] && again.Count(r => r.StartsWith("attribute", StringComparison.Ordinal)) == count, "what is written reads back");
    }
}
