using System.Buffers;

namespace WireProtocols.Testing;

/// <summary>The one loop over a layer 2 decoder.</summary>
public static class Feed
{
    public delegate OperationStatus DecodeStep<TElement>(ReadOnlySpan<byte> source, out int bytesConsumed, out TElement element)
        where TElement : allows ref struct;

    public delegate void Sink<TElement>(scoped TElement element)
        where TElement : allows ref struct;

    /// <summary>Feeds every piece and hands each element to <paramref name="sink"/>.</summary>
    /// <returns>The first status that was neither <c>Done</c> nor <c>NeedMoreData</c>, or <c>NeedMoreData</c> after the last piece.</returns>
    public static OperationStatus All<TElement>(IEnumerable<ReadOnlyMemory<byte>> pieces, DecodeStep<TElement> decode, Sink<TElement> sink)
        where TElement : allows ref struct
    {
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            OperationStatus status = One(piece.Span, decode, sink);
            if (status != OperationStatus.NeedMoreData)
            {
                return status;
            }
        }

        return OperationStatus.NeedMoreData;
    }

    private static OperationStatus One<TElement>(ReadOnlySpan<byte> source, DecodeStep<TElement> decode, Sink<TElement> sink)
        where TElement : allows ref struct
    {
        while (true)
        {
            OperationStatus status = decode(source, out int consumed, out TElement element);
            source = source[consumed..];
            if (status == OperationStatus.Done)
            {
                sink(element);
                continue;
            }

            if (status == OperationStatus.NeedMoreData && !source.IsEmpty)
            {
                throw new SegmentationException("NeedMoreData has to take in the whole source.");
            }

            return status;
        }
    }
}
