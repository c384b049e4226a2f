using static WireProtocols.Conformance.Http3Bytes;

namespace WireProtocols.Conformance;

/// <summary>Types of capsules, and those that the subject sends on the stream of a session.</summary>
internal static class WebTransportCapsules
{
    public const long CloseSession = 0x2843;
    public const long DrainSession = 0x78AE;
    public const long MaxData = 0x190B4D3D;
    public const long MaxStreamData = 0x190B4D3E;
    public const long MaxStreamsBidi = 0x190B4D3F;
    public const long MaxStreamsUni = 0x190B4D40;
    public const long DataBlocked = 0x190B4D41;
    public const long StreamDataBlocked = 0x190B4D42;
    public const long StreamsBlockedBidi = 0x190B4D43;
    public const long StreamsBlockedUni = 0x190B4D44;

    /// <summary>The limit that a capsule of the subject has set last.</summary>
    /// <param name="peer">The connection.</param>
    /// <param name="session">The session.</param>
    /// <param name="type">Which limit.</param>
    /// <returns>-1 where none came.</returns>
    public static long LimitOf(QuicPeer peer, long session, long type)
    {
        byte[] stream;
        lock (peer.Gate)
        {
            stream = [.. peer[session].Data];
        }

        List<byte> capsules = [];
        ReadOnlySpan<byte> rest = stream;
        while (TryReadFrame(rest, out long frame, out ReadOnlySpan<byte> payload, out rest))
        {
            if (frame == DataFrame)
            {
                capsules.AddRange(payload);
            }
        }

        long limit = -1;
        rest = capsules.ToArray();
        while (TryReadFrame(rest, out long capsule, out ReadOnlySpan<byte> value, out rest))
        {
            limit = capsule == type && TryRead(value, out long set, out _) ? set : limit;
        }

        return limit;
    }
}
