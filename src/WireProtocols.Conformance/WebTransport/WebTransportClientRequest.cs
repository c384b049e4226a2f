using System.Buffers;
using WireProtocols.WebTransport;
using static WireProtocols.Conformance.Http3Bytes;

namespace WireProtocols.Conformance;

/// <summary>The request of a client for a session, among what has come. Everything is asked under the lock of the peer.</summary>
internal static class WebTransportClientRequest
{
    /// <summary>The stream of the first request for a session; -1 where there is none.</summary>
    public static long Find(QuicPeer peer) => First(peer, bytes => Fields(bytes) is { } fields && IsForSession(fields));

    /// <summary>The stream of the first request of any kind; -1 where there is none.</summary>
    public static long FindAny(QuicPeer peer) => First(peer, bytes => TryReadSection(bytes, out _));

    /// <summary>The fields of the request on a stream; null where it cannot be decoded.</summary>
    public static IReadOnlyList<Http3Field>? Fields(QuicPeer peer, long stream) => Fields([.. peer[stream].Data]);

    private static IReadOnlyList<Http3Field>? Fields(byte[] bytes)
        => TryReadSection(bytes, out ReadOnlySpan<byte> section)
            && QpackDecoder.Decode(section, 1 << 20, out IReadOnlyList<Http3Field> fields, out _, out _) == OperationStatus.Done ? fields : null;

    private static bool IsForSession(IReadOnlyList<Http3Field> fields)
        => fields.Any(f => f is { Name: ":method", Value: "CONNECT" })
            && fields.Any(f => f is { Name: ":protocol", Value: "webtransport" or "webtransport-h3" });

    private static long First(QuicPeer peer, Func<byte[], bool> isIt)
        => peer.Streams.Where(s => s.Key % 4 == 0 && isIt([.. s.Value.Data])).Select(s => s.Key).DefaultIfEmpty(-1).First();

    /// <summary>Reads the header section, before which frames of unknown types may stand (RFC 9114 §4.1).</summary>
    private static bool TryReadSection(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> section)
    {
        while (TryReadFrame(bytes, out long type, out section, out bytes))
        {
            if (type == HeadersFrame)
            {
                return true;
            }

            if (IsKnownFrame(type))
            {
                return false;
            }
        }

        return false;
    }
}
