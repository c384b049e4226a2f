using System.Buffers.Binary;

namespace WireProtocols.WebRtc;

/// <summary>
/// The four packets that establish an association (RFC 9260 §5.1), sent again until they are answered, and those that come when there is one
/// already (RFC 9260 §5.2).
/// </summary>
internal sealed class SctpHandshake
{
    private readonly SctpAssociationOptions _options;
    private readonly SctpControl _control;
    private readonly byte[] _cookieKey = SctpCookie.CreateKey();
    private byte[] _cookie = [];
    private SctpTieTags _ties;
    private TimeSpan _timeout;
    private int _attempts;

    public SctpHandshake(SctpAssociationOptions options, SctpControl control)
    {
        _options = options;
        _control = control;
        ushort streams = (ushort)options.MaxStreams;
        Terms = new SctpTerms(new SctpInit(SctpTags.Create(), (uint)options.ReceiveWindow, streams, streams, SctpTags.Create()));
    }

    /// <summary>What both ends have said of themselves.</summary>
    public SctpTerms Terms { get; private set; }

    /// <summary>The tag of packets to the peer.</summary>
    public uint PeerTag => Terms.Peer.InitiateTag;

    /// <summary>The tag of packets from the peer.</summary>
    public uint LocalTag => Terms.Local.InitiateTag;

    /// <summary>When the last packet is sent again.</summary>
    public TimeSpan? Deadline { get; private set; }

    /// <summary>Sends INIT.</summary>
    public void Start(TimeSpan now)
    {
        _control.Init(Terms.Local);
        Begin(now);
    }

    /// <summary>Answers INIT with INIT ACK and a cookie. Nothing is kept but what ties the cookie to an association.</summary>
    /// <param name="chunk">The INIT.</param>
    /// <param name="state">The state. "MUST respond with an INIT ACK chunk using the same parameters it sent in its original INIT chunk", and where
    /// no INIT is on the way, "MUST contain a new Initiate Tag".</param>
    /// <param name="now">The time.</param>
    public void Answer(in SctpChunk chunk, SctpState state, TimeSpan now)
    {
        bool hasSentInit = state is SctpState.CookieWait or SctpState.CookieEchoed;
        if (state is not (SctpState.Closed or SctpState.CookieWait) && _ties == default)
        {
            _ties = SctpTieTags.Create();
        }

        SctpTerms terms = Terms.With(chunk);
        SctpInit answer = hasSentInit ? Terms.Local : Terms.Local with { InitiateTag = SctpTags.Create(), InitialTsn = SctpTags.Create() };
        SctpCookie cookie = new(answer.InitiateTag, answer.InitialTsn, terms.Peer, terms.KnowsForward, terms.KnowsReconfig, now, _ties);
        _control.InitAck(terms.Peer.InitiateTag, answer, cookie.Seal(_cookieKey), chunk);
    }

    /// <summary>Takes INIT ACK: sends the cookie back.</summary>
    public void Echo(in SctpChunk chunk, TimeSpan now)
    {
        Terms = Terms.With(chunk);
        foreach (SctpParameter parameter in chunk.Parameters)
        {
            if (parameter.Type == SctpParameterType.StateCookie)
            {
                _cookie = parameter.Value.ToArray();
                break;
            }
        }

        _control.Chunk(PeerTag, SctpChunkType.CookieEcho, 0, _cookie);
        Begin(now);
    }

    /// <summary>Judges a COOKIE ECHO.</summary>
    /// <param name="bytes">The cookie.</param>
    /// <param name="tag">The verification tag of its packet.</param>
    /// <param name="isFirst">Whether there is no association, and none is being made.</param>
    /// <param name="now">The time.</param>
    /// <param name="cookie">The cookie, where it is one of this end.</param>
    public SctpCookieCase Judge(ReadOnlySpan<byte> bytes, uint tag, bool isFirst, TimeSpan now, out SctpCookie cookie)
    {
        if (!SctpCookie.TryOpen(bytes, _cookieKey, out cookie) || cookie.LocalTag != tag)
        {
            return SctpCookieCase.Discard;
        }

        SctpCookieCase found = isFirst ? SctpCookieCase.First : SctpCookieCases.Judge(cookie, LocalTag, PeerTag, _ties);
        if (now - cookie.Created <= _options.CookieLifetime || found == SctpCookieCase.Same)
        {
            return found;
        }

        // How much too late, in microseconds.
        byte[] staleness = new byte[sizeof(uint)];
        double late = (now - cookie.Created - _options.CookieLifetime).TotalMicroseconds;
        BinaryPrimitives.WriteUInt32BigEndian(staleness, (uint)Math.Min(late, uint.MaxValue));
        _control.Cause(cookie.Peer.InitiateTag, SctpChunkType.Error, 0, SctpCauseCode.StaleCookie, staleness);
        return SctpCookieCase.Discard;
    }

    /// <summary>Takes the terms of a cookie, for an association that begins with it.</summary>
    public void Accept(in SctpCookie cookie)
    {
        Terms = Terms.With(cookie);
        _ties = default;
    }

    /// <summary>"it MUST update its peer's Verification Tag from the State Cookie" (RFC 9260 §5.2.4, B).</summary>
    public void UpdatePeerTag(in SctpCookie cookie)
        => Terms = Terms with { Peer = Terms.Peer with { InitiateTag = cookie.Peer.InitiateTag } };

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
            _control.Chunk(PeerTag, SctpChunkType.CookieEcho, 0, _cookie);
        }
        else
        {
            _control.Init(Terms.Local);
        }

        _timeout = _timeout * 2 < _options.MaxTimeout ? _timeout * 2 : _options.MaxTimeout;
        Deadline = now + _timeout;
        return true;
    }

    /// <summary>Nothing is waited for any more.</summary>
    public void Stop() => Deadline = null;

    private void Begin(TimeSpan now)
    {
        _attempts = 0;
        _timeout = _options.InitialTimeout;
        Deadline = now + _timeout;
    }
}
