namespace WireProtocols.WebTransport;

/// <summary>Which frames may follow one another on a stream (RFC 9114 §4.1, §4.4, §6.2.1, §7.2).</summary>
internal struct Http3FrameOrder(Http3StreamKind kind)
{
    private Phase _phase;

    /// <summary>Where the sequence of frames stands.</summary>
    private enum Phase : byte
    {
        /// <summary>No frame yet.</summary>
        Start,

        /// <summary>A message's header section has come; on a control stream, SETTINGS.</summary>
        Open,

        /// <summary>DATA has come: HEADERS would be trailers.</summary>
        Content,

        /// <summary>Trailers have come.</summary>
        Trailers,

        /// <summary>"Once the CONNECT method has completed, only DATA frames are permitted" (RFC 9114 §4.4).</summary>
        Tunnel,
    }

    /// <summary>The type of the next frame is there.</summary>
    /// <returns>The rule that it breaks.</returns>
    public WebTransportProtocolError Take(long type)
    {
        WebTransportProtocolError error = Check(type);
        if (error == WebTransportProtocolError.None)
        {
            Advance(type);
        }

        return error;
    }

    /// <summary>From here on only DATA is allowed.</summary>
    public void EnterTunnel() => _phase = Phase.Tunnel;

    private readonly WebTransportProtocolError Check(long type)
    {
        // "If the first frame of the control stream is any other frame type, this MUST be treated as [...] H3_MISSING_SETTINGS."
        if (kind == Http3StreamKind.Control && _phase == Phase.Start)
        {
            return type == Http3FrameType.Settings ? WebTransportProtocolError.None : WebTransportProtocolError.MissingSettings;
        }

        if (Http3FrameType.IsReservedForHttp2(type))
        {
            return WebTransportProtocolError.ReservedFrameType;
        }

        bool allowed = type switch
        {
            WebTransportStreamHeader.BidirectionalSignal => false,
            Http3FrameType.Data => kind == Http3StreamKind.Request && _phase is Phase.Open or Phase.Content or Phase.Tunnel,
            Http3FrameType.Headers => kind == Http3StreamKind.Request && _phase is Phase.Start or Phase.Open or Phase.Content,
            Http3FrameType.PushPromise => kind == Http3StreamKind.Request,
            Http3FrameType.Settings => false,
            Http3FrameType.GoAway or Http3FrameType.MaxPushId or Http3FrameType.CancelPush => kind == Http3StreamKind.Control,
            _ => true,
        };
        return allowed ? WebTransportProtocolError.None
            : type == WebTransportStreamHeader.BidirectionalSignal ? WebTransportProtocolError.StreamSignalMisplaced
            : WebTransportProtocolError.FrameUnexpected;
    }

    private void Advance(long type)
    {
        _phase = (type, _phase) switch
        {
            (Http3FrameType.Settings, Phase.Start) => Phase.Open,
            (Http3FrameType.Headers, Phase.Start) => Phase.Open,
            (Http3FrameType.Headers, Phase.Content) => Phase.Trailers,
            (Http3FrameType.Data, Phase.Open) => Phase.Content,
            _ => _phase,
        };
    }
}
