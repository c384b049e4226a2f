using System.Buffers;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Fuzz.Http1;

/// <summary>The chunked decoder, in pieces that the input chooses, against <see cref="NaiveChunked"/> over the whole.</summary>
public sealed class ChunkedTarget : FuzzTarget
{
    // The limits are far away, since the oracle has none; a target's input is small.
    private static readonly ChunkedOptions Options = new()
    {
        MaxLineLength = int.MaxValue,
        MaxExtensionBytes = int.MaxValue,
        MaxTrailers = int.MaxValue,
        MaxTrailerBytes = int.MaxValue,
    };

    public override string Name => "chunked";

    public override FuzzFormat Format { get; } = new ChunkFormat(1);

    public override string CodeNamespace => "WireProtocols.Http1";

    public override void Run(ReadOnlySpan<byte> input)
    {
        InputPieces pieces = new(input);
        NaiveChunked expected = NaiveChunked.Read(pieces.Rest);
        int length = pieces.Rest.Length;
        using ChunkedDecoder decoder = new(Options);
        Collected actual = new();
        OperationStatus status = OperationStatus.NeedMoreData;
        while (status == OperationStatus.NeedMoreData && pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            status = Feed(decoder, piece, actual);
        }

        status = decoder.Complete();
        Require(decoder.Position <= length);
        Require(actual.Body.ToString() == expected.Body || IsEarly(decoder, expected), "the body is the oracle's");
        Require(decoder.BodyLength == actual.Body.Length);
        CheckVerdict(decoder, status, expected, length);
        if (status == OperationStatus.Done)
        {
            Require(decoder.Position == expected.Consumed, "the body ends where the oracle's ends");
            Require(actual.Chunks.SequenceEqual(expected.Chunks), "chunks and extensions are the oracle's");
            Require(actual.Trailers.SequenceEqual(expected.Trailers), "trailers are the oracle's");
        }
    }

    private static OperationStatus Feed(ChunkedDecoder decoder, ReadOnlySpan<byte> piece, Collected collected)
    {
        while (true)
        {
            OperationStatus status = decoder.Decode(piece, out int consumed, out ChunkedElement element);
            piece = piece[consumed..];
            if (status != OperationStatus.Done || element.Kind == ChunkedElementKind.End)
            {
                Require(status != OperationStatus.NeedMoreData || piece.IsEmpty);
                return status;
            }

            collected.Add(element);
        }
    }

    private static void CheckVerdict(ChunkedDecoder decoder, OperationStatus status, NaiveChunked expected, int length)
    {
        bool unexpectedEnd = status == OperationStatus.InvalidData && decoder.Error == ChunkedProtocolError.UnexpectedEnd;
        Require(!unexpectedEnd || decoder.ErrorOffset == length);
        switch (expected.Verdict)
        {
            case NaiveVerdict.Complete:
                Require(status == OperationStatus.Done, $"the oracle takes it, the decoder says {decoder.Error} at {decoder.ErrorOffset}");
                break;

            case NaiveVerdict.Incomplete:
                Require(unexpectedEnd || IsEarly(decoder, expected), $"the oracle wants more, the decoder says {decoder.Error}");
                break;

            case NaiveVerdict.IncompleteLine:
                Require(unexpectedEnd || (status == OperationStatus.InvalidData && decoder.ErrorOffset >= expected.Consumed));
                break;

            default:
                Require(status == OperationStatus.InvalidData && !unexpectedEnd, "the oracle refuses it");
                Require(decoder.ErrorOffset >= expected.Consumed, "the oracle took what the decoder refuses");
                break;
        }
    }

    /// <summary>The sizes together pass 2^63-1, which the decoder says at the size and the oracle never meets.</summary>
    private static bool IsEarly(ChunkedDecoder decoder, NaiveChunked expected)
        => decoder.Error == ChunkedProtocolError.BodyTooLong && expected.Chunks[^1].Size > long.MaxValue / 2;

    private sealed class Collected
    {
        public StringBuilder Body { get; } = new();

        public List<(long Size, string Extensions)> Chunks { get; } = [];

        public List<(string Name, string Value)> Trailers { get; } = [];

        public void Add(ChunkedElement element)
        {
            Body.Append(Encoding.Latin1.GetString(element.Data));
            if (element.Kind == ChunkedElementKind.Chunk)
            {
                Chunks.Add((element.Size, element.Extensions.ToString()));
            }
            else if (element.Kind == ChunkedElementKind.Trailer)
            {
                Trailers.Add((Encoding.Latin1.GetString(element.Name), Encoding.Latin1.GetString(element.Value)));
                Require(element.IsForbidden == TrailerFields.IsForbidden(element.Name));
            }
        }
    }
}
