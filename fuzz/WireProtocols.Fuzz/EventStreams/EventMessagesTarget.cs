using System.Buffers;
using WireProtocols.EventStreams;

namespace WireProtocols.Fuzz.EventStreams;

/// <summary>
/// Messages in pieces that the input chooses, against <see cref="NaiveEventMessages"/> over the whole. What is read is written, and reads back to the
/// same.
/// </summary>
public sealed class EventMessagesTarget : FuzzTarget
{
    public override string Name => "event-messages";

    public override FuzzFormat Format { get; } = new EventMessageFormat(1);

    public override string CodeNamespace => "WireProtocols.EventStreams";

    public override void Run(ReadOnlySpan<byte> input)
    {
        InputPieces pieces = new(input);
        IReadOnlyList<string> expected = NaiveEventMessages.Decode(pieces.Rest, EventMessageOptions.Default);
        EventMessageRows rows = new();
        using EventMessageDecoder decoder = new();
        OperationStatus status = OperationStatus.NeedMoreData;
        while (status != OperationStatus.InvalidData && pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            while ((status = decoder.Decode(piece, out int consumed, out EventMessagePart part)) == OperationStatus.Done)
            {
                rows.Add(part);
                if (part.IsFirst && part.IsLast)
                {
                    RequireSame(part, piece[..consumed]);
                }

                piece = piece[consumed..];
            }
        }

        if (status == OperationStatus.InvalidData || decoder.Complete() == OperationStatus.InvalidData)
        {
            rows.Error(decoder.Error, decoder.ErrorOffset);
        }

        Require(expected.SequenceEqual(rows.Rows), $"\n{string.Join("\n", expected)}\nis not\n{string.Join("\n", rows.Rows)}\n");
    }

    private static void RequireSame(in EventMessagePart part, ReadOnlySpan<byte> message)
    {
        ArrayBufferWriter<byte> written = new();
        new EventMessageWriter(written).WriteMessage(part.Headers.ToArray(), part.Payload);
        Require(written.WrittenSpan.SequenceEqual(message), "what was read is written as it was");
    }
}
