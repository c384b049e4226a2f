using System.Buffers;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Fuzz.ServerSentEvents;

/// <summary>The decoder, in pieces that the input chooses, against the standard's own algorithm over the whole.</summary>
public sealed class EventStreamTarget : FuzzTarget
{
    public override string Name => "event-stream";

    public override FuzzFormat Format { get; } = new EventStreamFormat();

    public override string CodeNamespace => "WireProtocols.ServerSentEvents";

    public override void Run(ReadOnlySpan<byte> input)
    {
        InputPieces pieces = new(input);
        IReadOnlyList<string> expected = NaiveEventStream.Decode(pieces.Rest);
        List<string> actual = [];
        using EventStreamDecoder decoder = new();
        while (pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            OperationStatus status = EventStreamFeed.Piece(decoder, piece, actual);
            Require(status == OperationStatus.NeedMoreData, "no stream is invalid within the limits");
        }

        Require(decoder.Complete() == OperationStatus.Done);
        actual.Add($"end {EventStreamRows.Quote(decoder.LastEventId)}");
        Require(expected.SequenceEqual(actual), $"the standard says\n{string.Join('\n', expected)}\nand not\n{string.Join('\n', actual)}");
    }
}
