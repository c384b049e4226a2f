using System.Buffers;
using WireProtocols.WebTransport;
using static WireProtocols.Conformance.Http3Bytes;

namespace WireProtocols.Conformance;

/// <summary>The answer to a request.</summary>
/// <param name="Status">Its status; null where there is none.</param>
/// <param name="Fields">Its fields.</param>
/// <param name="Text">It in words.</param>
/// <param name="Code">What the stream or the connection ended with.</param>
internal sealed record WebTransportAnswer(string? Status, IReadOnlyList<Http3Field> Fields, string Text, long? Code = null)
{
    public bool IsThere => Status is not null || Code is not null;

    public bool IsSilent => !IsThere;

    public bool IsAccepted => Status is not null && Status.StartsWith('2');

    /// <summary>What stands on a stream up to now.</summary>
    public static WebTransportAnswer On(QuicPeer peer, long id)
    {
        QuicPeerStream stream = peer[id];
        ReadOnlySpan<byte> rest = stream.Data.ToArray();
        while (TryReadFrame(rest, out long type, out ReadOnlySpan<byte> payload, out rest))
        {
            if (type == HeadersFrame)
            {
                return QpackDecoder.Decode(payload, 1 << 20, out IReadOnlyList<Http3Field> fields, out _, out _) == OperationStatus.Done
                    && fields.FirstOrDefault(f => f.Name == ":status").Value is { } status
                    ? status.StartsWith('1') ? Behind(rest, fields) : new WebTransportAnswer(status, fields, $"status {status}")
                    : new WebTransportAnswer("none", fields, "a header section without a status");
            }
        }

        return peer.Closed is { } closed
            ? new WebTransportAnswer(null, [], $"the connection was closed with {QuicPeer.NameOf(closed.Code)}", closed.Code)
            : stream.ResetCode is { } reset ? new WebTransportAnswer(null, [], $"a reset with {QuicPeer.NameOf(reset)}", reset)
            : stream.HasEnded ? new WebTransportAnswer(null, [], "the end of the stream without an answer", 0)
            : new WebTransportAnswer(null, [], "nothing in time");
    }

    public override string ToString() => Text;

    /// <summary>An interim response is none: what is behind it is looked at when it is there.</summary>
    private static WebTransportAnswer Behind(ReadOnlySpan<byte> rest, IReadOnlyList<Http3Field> fields)
        => TryReadFrame(rest, out long type, out ReadOnlySpan<byte> payload, out _) && type == HeadersFrame
            && QpackDecoder.Decode(payload, 1 << 20, out fields, out _, out _) == OperationStatus.Done
            && fields.FirstOrDefault(f => f.Name == ":status").Value is { } status
                ? new WebTransportAnswer(status, fields, $"status {status}")
                : new WebTransportAnswer(null, [], "nothing but an interim response");
}
