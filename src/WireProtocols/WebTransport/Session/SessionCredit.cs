using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>
/// Flow control of one session (draft-ietf-webtrans-http3 §5): what each side may still send and open. It counts and answers; telling the
/// peer is the business of <see cref="SessionCapsules"/>. Without flow control every limit is out of reach.
/// </summary>
internal sealed class SessionCredit
{
    private SendLimit _sendData = new(long.MaxValue);
    private SendLimit _sendBidirectional = new(long.MaxValue);
    private SendLimit _sendUnidirectional = new(long.MaxValue);
    private ReceiveLimit _receiveData = new(long.MaxValue, 0);
    private ReceiveLimit _receiveBidirectional = new(long.MaxValue, 0);
    private ReceiveLimit _receiveUnidirectional = new(long.MaxValue, 0);

    private bool _isHeld = true;

    /// <summary>True from <see cref="BeginReceiving"/> on: the peer has to be told when limits rise.</summary>
    public bool IsGiven { get; private set; }

    /// <summary>From here on this side keeps to the peer's SETTINGS: a client before the response already.</summary>
    public void BeginSending(Http3Settings peer)
    {
        _sendData = new SendLimit(peer.Get(WebTransportSettingId.InitialMaxData));
        _sendBidirectional = new SendLimit(peer.Get(WebTransportSettingId.InitialMaxStreamsBidi));
        _sendUnidirectional = new SendLimit(peer.Get(WebTransportSettingId.InitialMaxStreamsUni));
    }

    /// <summary>From here on the limits of this side rise from those of its SETTINGS.</summary>
    /// <param name="local">The settings.</param>
    /// <param name="options">The windows.</param>
    /// <param name="isHeld">True where there is flow control, so that the peer is held to the limits.</param>
    public void BeginReceiving(WebTransportSettings local, WebTransportConnectionOptions options, bool isHeld)
    {
        IsGiven = true;
        _isHeld = isHeld;
        _receiveData = new ReceiveLimit(local.InitialMaxData, Math.Max(local.InitialMaxData, options.DataWindow));
        _receiveBidirectional = new ReceiveLimit(local.InitialMaxStreamsBidi, Math.Max(local.InitialMaxStreamsBidi, options.StreamWindow));
        _receiveUnidirectional = new ReceiveLimit(local.InitialMaxStreamsUni, Math.Max(local.InitialMaxStreamsUni, options.StreamWindow));
    }

    /// <summary>Counts stream data that the peer sent.</summary>
    /// <returns>False where it is more than was allowed.</returns>
    public bool TryReceiveData(long count) => _receiveData.TryTake(count) || !_isHeld;

    /// <summary>Counts a stream that the peer opened.</summary>
    /// <returns>False where it is one more than was allowed.</returns>
    public bool TryReceiveStream(WebTransportStreamDirection direction) => ReceiveStreams(direction).TryTake(1) || !_isHeld;

    /// <summary>The application has taken in data that the peer sent.</summary>
    public void ReturnData(long count) => _receiveData.Return(count);

    /// <summary>A stream of the peer's is over.</summary>
    public void ReturnStream(WebTransportStreamDirection direction) => ReceiveStreams(direction).Return(1);

    /// <summary>Takes as much of the peer's allowance as there is.</summary>
    /// <param name="wanted">How many bytes are to be sent.</param>
    /// <param name="blocked">True where there is less than that, and the peer is to be told that it blocks.</param>
    /// <returns>How many bytes may be sent.</returns>
    public int TakeData(int wanted, out bool blocked)
    {
        int allowed = (int)_sendData.Take(wanted);
        blocked = allowed < wanted && _sendData.TryBlock();
        return allowed;
    }

    /// <summary>Takes one stream of the peer's allowance.</summary>
    /// <param name="direction">The direction of the stream.</param>
    /// <param name="blocked">True where there is none, and the peer is to be told that it blocks.</param>
    /// <returns>False where there is none.</returns>
    public bool TryTakeStream(WebTransportStreamDirection direction, out bool blocked)
    {
        ref SendLimit limit = ref SendStreams(direction);
        bool taken = limit.Take(1) == 1;
        blocked = !taken && limit.TryBlock();
        return taken;
    }

    /// <summary>Says with a …_BLOCKED at which limit this side stands.</summary>
    public void WriteDataBlocked(CapsuleWriter output) => output.WriteDataBlocked(_sendData.Maximum);

    /// <inheritdoc cref="WriteDataBlocked"/>
    public void WriteStreamsBlocked(WebTransportStreamDirection direction, CapsuleWriter output)
        => output.WriteStreamsBlocked(direction, SendStreams(direction).Maximum);

    /// <summary>
    /// Writes the limits that have risen. "Endpoints SHOULD send WT_MAX_DATA and WT_MAX_STREAMS capsules as they consume data or close
    /// streams" (draft-ietf-webtrans-http3 §5.6): when half a window is used up.
    /// </summary>
    public void WriteRisen(CapsuleWriter output)
    {
        if (_receiveData.TryRaise(QuicVarInt.MaxValue))
        {
            output.WriteMaxData(_receiveData.Maximum);
        }

        if (_receiveBidirectional.TryRaise(CapsuleIntegers.MaxStreamCount))
        {
            output.WriteMaxStreams(WebTransportStreamDirection.Bidirectional, _receiveBidirectional.Maximum);
        }

        if (_receiveUnidirectional.TryRaise(CapsuleIntegers.MaxStreamCount))
        {
            output.WriteMaxStreams(WebTransportStreamDirection.Unidirectional, _receiveUnidirectional.Maximum);
        }
    }

    /// <summary>The peer raises one of its limits.</summary>
    /// <returns>
    /// False where it does not: "If an endpoint receives a WT_MAX_DATA capsule with a Maximum Data value that does not increase the
    /// Maximum Data value previously received, it MUST close the WebTransport session" (draft-ietf-webtrans-http3 §5.6.4).
    /// </returns>
    public bool TryRaise(in CapsulePart capsule) => capsule.Type switch
    {
        CapsuleType.MaxData => _sendData.TryRaise(capsule.Maximum),
        CapsuleType.MaxStreamsBidi => _sendBidirectional.TryRaise(capsule.Maximum),
        _ => _sendUnidirectional.TryRaise(capsule.Maximum),
    };

    private ref SendLimit SendStreams(WebTransportStreamDirection direction)
        => ref direction == WebTransportStreamDirection.Bidirectional ? ref _sendBidirectional : ref _sendUnidirectional;

    private ref ReceiveLimit ReceiveStreams(WebTransportStreamDirection direction)
        => ref direction == WebTransportStreamDirection.Bidirectional ? ref _receiveBidirectional : ref _receiveUnidirectional;
}
