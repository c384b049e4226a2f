namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>What a session of the subject may receive and send.</summary>
/// <param name="defect">The mistake.</param>
/// <param name="settings">What the client allows; null where there is no flow control.</param>
/// <param name="allow">Sends a capsule with a limit.</param>
internal sealed class WebTransportSubjectFlow(
    WebTransportDefect defect, IReadOnlyList<(long Id, long Value)>? settings, Action<long, long> allow)
{
    public const int DataWindow = 1 << 20;
    public const int UnidirectionalWindow = 20;
    public const int BidirectionalWindow = 60;
    private const long MaxData = 0x190B4D3D;
    private const long MaxStreamsBidi = 0x190B4D3F;
    private const long MaxStreamsUni = 0x190B4D40;
    private readonly Dictionary<long, long> _received = [];
    private readonly int[] _opened = new int[2];
    private readonly int[] _over = new int[2];
    private readonly int[] _allowed = [BidirectionalWindow, UnidirectionalWindow];
    private long _allowedData = DataWindow;
    private long _used;
    private long _mayReceive;
    private long _sent;
    private long _maySend = ValueOf(settings, 0x2B61);
    private long _own;
    private long _mayOpen = ValueOf(settings, 0x2B64);

    public bool IsOn => settings is not null;

    /// <summary>A stream of the client.</summary>
    /// <returns>Whether it is allowed.</returns>
    public bool Open(bool isUnidirectional)
    {
        int kind = isUnidirectional ? 1 : 0;
        bool isUnchecked = defect == (isUnidirectional ? WebTransportDefect.NoStreamLimit : WebTransportDefect.NoBidirectionalLimit);
        return ++_opened[kind] <= _allowed[kind] || !IsOn || isUnchecked;
    }

    /// <summary>Bytes of a stream of the client.</summary>
    /// <returns>Whether they are allowed.</returns>
    public bool Receive(WebTransportSubjectStream stream, int count)
    {
        bool isCounted = !(defect == WebTransportDefect.UnidirectionalUncounted && stream.IsUnidirectional);
        _received[stream.Id] = _received.GetValueOrDefault(stream.Id) + count;
        _mayReceive += isCounted ? count : 0;
        long measured = defect == WebTransportDefect.DataLimitOfEachStream ? _received[stream.Id] : _mayReceive;
        return measured <= _allowedData || !IsOn || defect == WebTransportDefect.NoDataLimit;
    }

    /// <summary>Bytes that are no body, which are not counted.</summary>
    public bool ReceiveOther(int count, WebTransportDefect wrong) => defect != wrong || !IsOn || (_mayReceive += count) <= _allowedData;

    /// <summary>The client allows more.</summary>
    public void Raise(long type, long value)
    {
        _maySend = type == MaxData && defect != WebTransportDefect.IgnoresMaxData ? value : _maySend;
        _mayOpen = type == MaxStreamsUni && defect != WebTransportDefect.IgnoresMaxStreams ? value : _mayOpen;
    }

    /// <summary>Takes the right to open a stream.</summary>
    public bool TryOpen() => !IsOn || defect == WebTransportDefect.OpensBeyond || (_own < _mayOpen && ++_own > 0);

    /// <summary>Takes the right to send bytes of a stream.</summary>
    /// <returns>How many.</returns>
    public int Send(WebTransportSubjectStream stream, int count)
    {
        long rest = _maySend - (defect == WebTransportDefect.SendLimitOfEachStream ? stream.Sent : _sent);
        count = !IsOn || defect == WebTransportDefect.SendsBeyond ? count : (int)Math.Min(count, Math.Max(rest, 0));
        _sent += count;
        stream.Sent += count;
        return count;
    }

    /// <summary>Bytes were echoed: as many may come again.</summary>
    public void Use(WebTransportSubjectStream stream, int count)
    {
        _used = defect switch
        {
            WebTransportDefect.NeverGrantsData or WebTransportDefect.NoDataLimit => 0,
            WebTransportDefect.UnidirectionalUncounted when stream.IsUnidirectional => _used,
            WebTransportDefect.DataLimitOfEachStream => Math.Max(_used, stream.Sent),
            _ => _used + count,
        };
        if (IsOn && _used + DataWindow - _allowedData >= DataWindow / 2)
        {
            allow(MaxData, _allowedData = _used + DataWindow);
        }
    }

    /// <summary>A stream was echoed to its end: another may come.</summary>
    public void End(bool isUnidirectional)
    {
        int kind = isUnidirectional ? 1 : 0;
        int window = isUnidirectional ? UnidirectionalWindow : BidirectionalWindow;
        if (IsOn && ++_over[kind] + window - _allowed[kind] >= window / 2 && defect != WebTransportDefect.NeverGrantsStreams)
        {
            allow(isUnidirectional ? MaxStreamsUni : MaxStreamsBidi, _allowed[kind] = _over[kind] + window);
        }
    }

    private static long ValueOf(IReadOnlyList<(long Id, long Value)>? settings, long id)
        => settings?.FirstOrDefault(s => s.Id == id).Value ?? 0;
}
