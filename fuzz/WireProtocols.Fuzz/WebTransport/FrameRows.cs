using System.Buffers;
using WireProtocols.WebTransport;

namespace WireProtocols.Fuzz.WebTransport;

/// <summary>Frames of HTTP/3 as rows of text.</summary>
public sealed class FrameRows : Transcript
{
    public void Add(in Http3Frame frame)
    {
        if (frame.IsFirst)
        {
            bool hasId = frame.Type is Http3FrameType.GoAway or Http3FrameType.MaxPushId or Http3FrameType.CancelPush;
            Row($"frame {frame.Offset} {Http3FrameType.GetName(frame.Type)} {frame.Length}{(hasId ? $" id={frame.Id}" : "")}");
        }

        Payload(frame.Payload);
        if (frame.IsLast)
        {
            Row("end");
        }
    }

    /// <summary>Feeds pieces, then the end of the input.</summary>
    public static IReadOnlyList<string> Decode(Http3FrameDecoder decoder, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        FrameRows rows = new();
        OperationStatus status = OperationStatus.NeedMoreData;
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            ReadOnlySpan<byte> rest = piece.Span;
            while ((status = decoder.Decode(rest, out int consumed, out Http3Frame frame)) == OperationStatus.Done)
            {
                rows.Add(frame);
                rest = rest[consumed..];
            }

            if (status == OperationStatus.InvalidData)
            {
                break;
            }
        }

        if (status == OperationStatus.InvalidData || decoder.Complete() == OperationStatus.InvalidData)
        {
            rows.Row($"error {decoder.Error} {decoder.ErrorOffset}");
        }

        return rows.Rows;
    }
}
