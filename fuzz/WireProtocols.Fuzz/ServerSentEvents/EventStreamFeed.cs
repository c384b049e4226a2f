using System.Buffers;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Fuzz.ServerSentEvents;

/// <summary>The loop over the decoder.</summary>
internal static class EventStreamFeed
{
    /// <summary>Feeds one piece and adds a row for each element.</summary>
    /// <returns>NeedMoreData when the piece was taken in, InvalidData when a limit was broken.</returns>
    public static OperationStatus Piece(EventStreamDecoder decoder, ReadOnlySpan<byte> piece, List<string> rows, bool withOffsets = false)
    {
        while (true)
        {
            OperationStatus status = decoder.Decode(piece, out int consumed, out EventStreamElement element);
            piece = piece[consumed..];
            if (status != OperationStatus.Done)
            {
                return status != OperationStatus.NeedMoreData || piece.IsEmpty
                    ? status
                    : throw new FuzzFailureException("NeedMoreData has to take in the whole source.");
            }

            rows.Add(EventStreamRows.Of(element, withOffsets));
        }
    }
}
