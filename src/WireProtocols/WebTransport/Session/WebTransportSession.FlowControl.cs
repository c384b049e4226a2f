namespace WireProtocols.WebTransport;

/// <content>Flow control of the session (draft-ietf-webtrans-http3 §5). Without it every limit is out of reach.</content>
public sealed partial class WebTransportSession
{
    private bool _flowControl;
    private SendLimit _sendData = SendLimit.None;
    private SendLimit _sendBidi = SendLimit.None;
    private SendLimit _sendUni = SendLimit.None;
    private ReceiveLimit _receiveData = ReceiveLimit.None;
    private ReceiveLimit _receiveBidi = ReceiveLimit.None;
    private ReceiveLimit _receiveUni = ReceiveLimit.None;

    internal void Open(string? protocol, in WebTransportNegotiation negotiation, WebTransportSettings local, Http3Settings peer)
    {
        Protocol = protocol;
        _state = State.Open;
        _flowControl = negotiation.FlowControl;
        BeginCredit(negotiation, peer);
        if (_flowControl)
        {
            WebTransportConnectionOptions options = _connection.Options;
            _receiveData = new ReceiveLimit(local.InitialMaxData, Math.Max(local.InitialMaxData, options.DataWindow));
            _receiveBidi = new ReceiveLimit(local.InitialMaxStreamsBidi, Math.Max(local.InitialMaxStreamsBidi, options.StreamWindow));
            _receiveUni = new ReceiveLimit(local.InitialMaxStreamsUni, Math.Max(local.InitialMaxStreamsUni, options.StreamWindow));
        }

        BeginCapsules(negotiation.Dialect.GetValueOrDefault());
        GiveCredit();
    }

    /// <summary>Before the response a client keeps to the server's SETTINGS too.</summary>
    internal void BeginCredit(in WebTransportNegotiation negotiation, Http3Settings peer)
    {
        if (negotiation.FlowControl)
        {
            _sendData.Maximum = peer.Get(WebTransportSettingId.InitialMaxData);
            _sendBidi.Maximum = peer.Get(WebTransportSettingId.InitialMaxStreamsBidi);
            _sendUni.Maximum = peer.Get(WebTransportSettingId.InitialMaxStreamsUni);
        }
    }

    /// <summary>Counts stream data that the peer sent.</summary>
    /// <returns>False where it is more than allowed: the session is over.</returns>
    internal bool TryReceiveData(long count)
    {
        if (_receiveData.TryTake(count))
        {
            return true;
        }

        // "If an endpoint receives Stream Body data in excess of this limit, it MUST close the WebTransport session with a
        // WT_FLOW_CONTROL_ERROR error code" (§5.6.4).
        _connection.Fail(this, WebTransportProtocolError.DataLimitExceeded);
        return false;
    }

    /// <summary>The application has stream data that the peer sent: there is room for more.</summary>
    internal void OnConsumed(long count)
    {
        _receiveData.Return(count);
        GiveCredit();
    }

    private bool TryCountPeerStream(QuicStreamState stream)
    {
        ref ReceiveLimit limit = ref stream.IsUnidirectional ? ref _receiveUni : ref _receiveBidi;
        if (limit.TryTake(1))
        {
            return true;
        }

        // "If an endpoint receives an incoming stream for a session that would exceed the advertised Maximum Streams value, it MUST close
        // the WebTransport session with a WT_FLOW_CONTROL_ERROR error code" (§5.6.2).
        _connection.Fail(this, WebTransportProtocolError.StreamLimitExceeded);
        return false;
    }

    private void ReturnStreamCredit(QuicStreamState stream)
    {
        ref ReceiveLimit limit = ref stream.IsUnidirectional ? ref _receiveUni : ref _receiveBidi;
        limit.Return(1);
        GiveCredit();
    }

    /// <summary>
    /// "Endpoints SHOULD send WT_MAX_DATA and WT_MAX_STREAMS capsules as they consume data or close streams" (§5.6): when half a window is
    /// used up.
    /// </summary>
    private void GiveCredit()
    {
        if (!_flowControl || !IsOpen)
        {
            return;
        }

        CapsuleWriter writer = new(_capsules);
        if (_receiveData.TryRaise(Buffers.QuicVarInt.MaxValue))
        {
            writer.WriteMaxData(_receiveData.Maximum);
        }

        if (_receiveBidi.TryRaise(CapsuleShape.MaxStreamCount))
        {
            writer.WriteMaxStreams(WebTransportStreamDirection.Bidirectional, _receiveBidi.Maximum);
        }

        if (_receiveUni.TryRaise(CapsuleShape.MaxStreamCount))
        {
            writer.WriteMaxStreams(WebTransportStreamDirection.Unidirectional, _receiveUni.Maximum);
        }

        FlushCapsules();
    }

    private void RaiseLimit(in CapsulePart capsule)
    {
        ref SendLimit limit = ref capsule.Type == CapsuleType.MaxData ? ref _sendData
            : ref capsule.Type == CapsuleType.MaxStreamsBidi ? ref _sendBidi
            : ref _sendUni;

        // "If an endpoint receives a WT_MAX_DATA capsule with a Maximum Data value that does not increase the Maximum Data value previously
        // received, it MUST close the WebTransport session with a WT_FLOW_CONTROL_ERROR error code" (§5.6.4).
        if (capsule.Maximum <= limit.Maximum)
        {
            _connection.Fail(this, WebTransportProtocolError.LimitNotIncreased);
            return;
        }

        limit.Maximum = capsule.Maximum;
        limit.BlockedAt = -1;
        _connection.Enqueue(new WebTransportEvent(WebTransportEventKind.LimitsRaised, this));
    }

    private int TakeDataCredit(int wanted)
    {
        int allowed = (int)Math.Clamp(_sendData.Maximum - _sendData.Used, 0, wanted);
        _sendData.Used += allowed;
        if (allowed < wanted && _sendData.TryBlock())
        {
            new CapsuleWriter(_capsules).WriteDataBlocked(_sendData.Maximum);
            FlushCapsules();
        }

        return allowed;
    }

    private bool TryTakeStreamCredit(WebTransportStreamDirection direction)
    {
        ref SendLimit limit = ref direction == WebTransportStreamDirection.Bidirectional ? ref _sendBidi : ref _sendUni;
        if (limit.Used < limit.Maximum)
        {
            limit.Used++;
            return true;
        }

        if (limit.TryBlock())
        {
            new CapsuleWriter(_capsules).WriteStreamsBlocked(direction, limit.Maximum);
            FlushCapsules();
        }

        return false;
    }

    /// <summary>What the peer allows this side.</summary>
    private struct SendLimit
    {
        public static readonly SendLimit None = new() { Maximum = long.MaxValue, BlockedAt = -1 };

        public long Maximum;
        public long Used;

        /// <summary>The limit that the peer was told about, or -1.</summary>
        public long BlockedAt;

        public bool TryBlock()
        {
            bool first = BlockedAt != Maximum;
            BlockedAt = Maximum;
            return first;
        }
    }

    /// <summary>What this side allows the peer: so much at a time beyond what has been given back.</summary>
    private struct ReceiveLimit(long maximum, long window)
    {
        public static readonly ReceiveLimit None = new(long.MaxValue, 0);

        private long _used;
        private long _returned;

        public long Maximum { get; private set; } = maximum;

        public bool TryTake(long count)
        {
            if (count > Maximum - _used)
            {
                return false;
            }

            _used += count;
            return true;
        }

        public void Return(long count) => _returned += count;

        public bool TryRaise(long most)
        {
            long next = Math.Min(most, _returned + window);
            if (next - Maximum < Math.Max(1, window / 2) && !(Maximum == 0 && next > 0))
            {
                return false;
            }

            Maximum = next;
            return true;
        }
    }
}
