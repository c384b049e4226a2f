using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WireProtocols.WebRtc;

/// <summary>The four packets that establish an association (RFC 9260 §5.1), sent again until they are answered.</summary>
internal sealed class SctpHandshake
{
    private readonly SctpAssociationOptions _options;
    private readonly SctpControl _control;
    private readonly byte[] _cookieKey = SctpCookie.CreateKey();
    private byte[] _cookie = [];
    private TimeSpan _timeout;
    private int _attempts;

    public SctpHandshake(SctpAssociationOptions options, SctpControl control)
    {
        _options = options;
        _control = control;
        ushort streams = (ushort)options.MaxStreams;
        Local = new SctpInit(RandomTag(), (uint)options.ReceiveWindow, streams, streams, RandomTag());
    }

    /// <summary>What this end says of itself.</summary>
    public SctpInit Local { get; }

    /// <summary>What the peer has said of itself; its tag is 0 before it has.</summary>
    public SctpInit Peer { get; private set; }

    public bool PeerKnowsForward { get; private set; }

    public bool PeerKnowsReconfig { get; private set; }

    /// <summary>When the last packet is sent again.</summary>
    public TimeSpan? Deadline { get; private set; }

    /// <summary>Sends INIT.</summary>
    public void Start(TimeSpan now)
    {
        _control.Init(Local);
        Begin(now);
    }

    /// <summary>Answers INIT with INIT ACK and a cookie. Nothing is kept.</summary>
    /// <param name="chunk">The INIT.</param>
    /// <param name="isEstablished">Whether there is an association, which the cookie must not touch: its tag is another (RFC 9260 §5.2.2).</param>
    /// <param name="now">The time.</param>
    public void Answer(in SctpChunk chunk, bool isEstablished, TimeSpan now)
    {
        SctpInit peer = chunk.AsInit();
        SctpInit answer = isEstablished ? Local with { InitiateTag = RandomTag() } : Local;
        ReadExtensions(chunk, out bool knowsForward, out bool knowsReconfig);
        SctpCookie cookie = new(answer.InitiateTag, answer.InitialTsn, peer, knowsForward, knowsReconfig, now);
        _control.InitAck(peer.InitiateTag, answer, cookie.Seal(_cookieKey), chunk);
    }

    /// <summary>Takes INIT ACK: sends the cookie back.</summary>
    public void Echo(in SctpChunk chunk, TimeSpan now)
    {
        Peer = chunk.AsInit();
        ReadExtensions(chunk, out bool knowsForward, out bool knowsReconfig);
        (PeerKnowsForward, PeerKnowsReconfig) = (knowsForward, knowsReconfig);
        foreach (SctpParameter parameter in chunk.Parameters)
        {
            if (parameter.Type == SctpParameterType.StateCookie)
            {
                _cookie = parameter.Value.ToArray();
                break;
            }
        }

        _control.Chunk(Peer.InitiateTag, SctpChunkType.CookieEcho, 0, _cookie);
        Begin(now);
    }

    /// <summary>Takes COOKIE ECHO.</summary>
    /// <param name="bytes">The cookie.</param>
    /// <param name="tag">The verification tag of its packet.</param>
    /// <param name="now">The time.</param>
    /// <returns>True where the cookie is one of this end, and of this association.</returns>
    public bool TakeCookie(ReadOnlySpan<byte> bytes, uint tag, TimeSpan now)
    {
        if (!SctpCookie.TryOpen(bytes, _cookieKey, out SctpCookie cookie) || cookie.LocalTag != tag || tag != Local.InitiateTag)
        {
            return false;
        }

        if (now - cookie.Created > _options.CookieLifetime && cookie.Peer.InitiateTag != Peer.InitiateTag)
        {
            // How much too late, in microseconds.
            byte[] staleness = new byte[sizeof(uint)];
            double late = (now - cookie.Created - _options.CookieLifetime).TotalMicroseconds;
            BinaryPrimitives.WriteUInt32BigEndian(staleness, (uint)Math.Min(late, uint.MaxValue));
            _control.Cause(cookie.Peer.InitiateTag, SctpChunkType.Error, 0, SctpCauseCode.StaleCookie, staleness);
            return false;
        }

        Peer = cookie.Peer;
        (PeerKnowsForward, PeerKnowsReconfig) = (cookie.KnowsForward, cookie.KnowsReconfig);
        return true;
    }

    /// <summary>
    /// Takes ERROR. Where the cookie is stale, "Send a new INIT chunk to the endpoint to generate a new State Cookie" (RFC 9260 §5.2.6).
    /// </summary>
    /// <returns>True where INIT has been sent.</returns>
    public bool TakeError(in SctpChunk chunk, TimeSpan now)
    {
        foreach (SctpParameter parameter in chunk.Parameters)
        {
            if (parameter.Cause == SctpCauseCode.StaleCookie)
            {
                Start(now);
                return true;
            }
        }

        return false;
    }

    /// <summary>Sends the last packet again.</summary>
    /// <returns>False where it has been sent often enough.</returns>
    public bool Repeat(bool isCookie, TimeSpan now)
    {
        if (++_attempts > _options.MaxInitRetransmissions)
        {
            return false;
        }

        if (isCookie)
        {
            _control.Chunk(Peer.InitiateTag, SctpChunkType.CookieEcho, 0, _cookie);
        }
        else
        {
            _control.Init(Local);
        }

        _timeout = _timeout * 2 < _options.MaxTimeout ? _timeout * 2 : _options.MaxTimeout;
        Deadline = now + _timeout;
        return true;
    }

    /// <summary>Nothing is waited for any more.</summary>
    public void Stop() => Deadline = null;

    private static uint RandomTag()
    {
        uint tag = BinaryPrimitives.ReadUInt32BigEndian(RandomNumberGenerator.GetBytes(sizeof(uint)));
        return tag == 0 ? 1 : tag;
    }

    private static void ReadExtensions(in SctpChunk chunk, out bool knowsForward, out bool knowsReconfig)
    {
        knowsForward = false;
        knowsReconfig = false;
        foreach (SctpParameter parameter in chunk.Parameters)
        {
            knowsForward |= parameter.Type == SctpParameterType.ForwardTsnSupported;
            if (parameter.Type == SctpParameterType.SupportedExtensions)
            {
                knowsReconfig |= parameter.Value.Contains((byte)SctpChunkType.Reconfig);
                knowsForward |= parameter.Value.Contains((byte)SctpChunkType.ForwardTsn);
            }

            if (!parameter.Type.IsKnown() && !parameter.Type.SkipsWhenUnknown())
            {
                break;
            }
        }
    }

    private void Begin(TimeSpan now)
    {
        _attempts = 0;
        _timeout = _options.InitialTimeout;
        Deadline = now + _timeout;
    }
}
