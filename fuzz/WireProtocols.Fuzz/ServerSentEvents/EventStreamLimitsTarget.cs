using System.Buffers;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Fuzz.ServerSentEvents;

/// <summary>The decoder with limits as small as they can be: pieces and the whole give the same elements, error and offsets, and no element is
/// larger than the limits allow. The first byte's lowest bit says whether a broken limit skips the event.</summary>
public sealed class EventStreamLimitsTarget : FuzzTarget
{
    private const int Line = 24;
    private const int Event = 40;
    private const int Field = 16;

    public override string Name => "event-stream-limits";

    public override FuzzFormat Format { get; } = new EventStreamFormat();

    public override string CodeNamespace => "WireProtocols.ServerSentEvents";

    public override void Run(ReadOnlySpan<byte> input)
    {
        bool skip = !input.IsEmpty && (input[0] & 1) != 0;
        EventStreamOptions options = new()
        {
            MaxLineLength = Line,
            MaxEventLength = Event,
            MaxFieldLength = Field,
            SkipOversized = skip,
            ReplaceInvalidUtf8 = false,
        };
        InputPieces pieces = new(input);
        List<string> expected = Whole(pieces.Rest, options);
        List<string> actual = [];
        using EventStreamDecoder decoder = new(options);
        OperationStatus status = OperationStatus.NeedMoreData;
        while (status == OperationStatus.NeedMoreData && pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            status = EventStreamFeed.Piece(decoder, piece, actual, withOffsets: true);
        }

        End(decoder, actual);
        Require(!skip || decoder.Error == EventStreamProtocolError.None, "a decoder that skips does not fail");
        Require(expected.SequenceEqual(actual), $"whole:\n{string.Join('\n', expected)}\npieces:\n{string.Join('\n', actual)}");
    }

    private static List<string> Whole(ReadOnlySpan<byte> stream, EventStreamOptions options)
    {
        List<string> rows = [];
        using EventStreamDecoder decoder = new(options);
        while (true)
        {
            OperationStatus status = decoder.Decode(stream, out int consumed, out EventStreamElement element);
            stream = stream[consumed..];
            if (status != OperationStatus.Done)
            {
                End(decoder, rows);
                return rows;
            }

            Require(element.Data.Length <= (element.Kind == EventStreamElementKind.Event ? Event : Line), "the data are within the limit");
            Require(element.Type.Length <= Field, "the type is within the limit");
            Require(element.LastEventId.Length <= Field, "the ID is within the limit");
            rows.Add(EventStreamRows.Of(element, withOffset: true));
        }
    }

    private static void End(EventStreamDecoder decoder, List<string> rows)
        => rows.Add(decoder.Complete() == OperationStatus.Done
            ? $"end {EventStreamRows.Quote(decoder.LastEventId)}"
            : $"error {decoder.Error} {decoder.ErrorOffset}");
}
