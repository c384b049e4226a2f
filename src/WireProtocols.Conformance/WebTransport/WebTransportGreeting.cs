using static WireProtocols.Conformance.Http3Bytes;

namespace WireProtocols.Conformance;

/// <summary>The beginning of the subject's control stream.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="FirstFrame">The type of the first frame on it.</param>
/// <param name="Settings">The settings, where these are first.</param>
internal sealed record WebTransportGreeting(long Stream, long FirstFrame, IReadOnlyList<(long Id, long Value)> Settings)
{
    /// <summary>Before it has come.</summary>
    public static WebTransportGreeting None { get; } = new(-1, -1, []);

    /// <summary>Looks for it among what has come.</summary>
    /// <returns>Null where it is not there, or not whole.</returns>
    public static WebTransportGreeting? Find(QuicPeer peer)
    {
        foreach ((long id, QuicPeerStream stream) in peer.Streams.Where(s => peer.IsOfSubject(s.Key)))
        {
            ReadOnlySpan<byte> bytes = stream.Data.ToArray();
            if (TryRead(bytes, out long kind, out int length) && kind == ControlStream
                && TryReadFrame(bytes[length..], out long type, out ReadOnlySpan<byte> payload, out _))
            {
                List<(long, long)> settings = [];
                while (type == SettingsFrame && TryRead(payload, out long setting, out int one)
                    && TryRead(payload[one..], out long value, out int two))
                {
                    settings.Add((setting, value));
                    payload = payload[(one + two)..];
                }

                return new WebTransportGreeting(id, type, settings);
            }
        }

        return null;
    }
}
