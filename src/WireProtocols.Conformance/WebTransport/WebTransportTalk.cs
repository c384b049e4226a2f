using System.Buffers;
using System.Globalization;
using System.Text;
using WireProtocols.WebTransport;
using static WireProtocols.Conformance.Http3Bytes;

namespace WireProtocols.Conformance;

/// <summary>An HTTP/3 connection with a server, and the sessions that are asked for on it.</summary>
internal sealed class WebTransportTalk : IAsyncDisposable
{
    private const long Enabled = WebTransportSettingId.Enabled;

    /// <summary>What each draft calls the setting that says so.</summary>
    public static readonly long[] EnablingSettings =
    [
        Enabled, WebTransportSettingId.MaxSessionsDraft13, WebTransportSettingId.MaxSessionsDraft07, WebTransportSettingId.EnableWebTransportDraft02,
    ];

    private WebTransportTalk(QuicPeer peer, ConformanceContext context)
    {
        Peer = peer;
        Context = context;
    }

    public QuicPeer Peer { get; }

    public ConformanceContext Context { get; }

    /// <summary>The examiner's own control, encoder and decoder streams.</summary>
    public long Control { get; private set; }

    public long Encoder { get; private set; }

    public long Decoder { get; private set; }

    /// <summary>The settings of the subject.</summary>
    public List<(long Id, long Value)> Settings { get; } = [];

    /// <summary>The subject has said how much a session may send, and so has the examiner.</summary>
    public bool HasFlowControl
        => Find(WebTransportSettingId.InitialMaxData) + Find(WebTransportSettingId.InitialMaxStreamsUni)
            + Find(WebTransportSettingId.InitialMaxStreamsBidi) > 0
            && (Find(Enabled) > 0 || Find(WebTransportSettingId.MaxSessionsDraft13) > 0);

    public string Protocol => Find(Enabled) > 0 && Peer.SupportsReliableReset ? "webtransport-h3" : "webtransport";

    /// <summary>Connects, and waits for the settings of the subject, which need nothing of the examiner's.</summary>
    public static async Task<WebTransportTalk> ConnectAsync(ConformanceContext context)
    {
        WebTransportTalk talk = new(await QuicPeer.OpenAsync(context), context);
        try
        {
            await talk.ReadSettingsAsync();
            return talk;
        }
        catch
        {
            await talk.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects, and sends the settings.</summary>
    public static async Task<WebTransportTalk> BeginAsync(ConformanceContext context, bool flowControl = true)
    {
        WebTransportTalk talk = await ConnectAsync(context);
        await talk.SendControlAsync(Http3Bytes.Settings(talk.OwnSettings(flowControl)));
        await talk.SendQpackAsync();
        return talk;
    }

    /// <summary>The control stream, with what stands on it.</summary>
    public async Task SendControlAsync(byte[] frames, int cut = int.MaxValue)
    {
        Control = Peer.NewUnidirectional();
        await SendCutAsync(Control, [.. Integer(ControlStream), .. frames], cut, "control");
    }

    public async Task SendQpackAsync()
    {
        Encoder = Peer.NewUnidirectional();
        Decoder = Peer.NewUnidirectional();
        await Peer.SendAsync(Encoder, Integer(EncoderStream), note: "QPACK encoder");
        await Peer.SendAsync(Decoder, Integer(DecoderStream), note: "QPACK decoder");
    }

    public async Task SendCutAsync(long stream, byte[] data, int cut, string note = "")
    {
        for (int at = 0; at < data.Length; at += Math.Min(cut, data.Length - at))
        {
            await Peer.SendAsync(stream, data[at..(at + Math.Min(cut, data.Length - at))], note: note);
        }
    }

    /// <summary>What a client of every draft says.</summary>
    /// <param name="flowControl">How much the subject may send in a session is said.</param>
    public IEnumerable<(long Id, long Value)> OwnSettings(bool flowControl = true)
    {
        List<(long, long)> settings =
        [
            (WebTransportSettingId.QpackMaxTableCapacity, 0), (WebTransportSettingId.QpackBlockedStreams, 0), (WebTransportSettingId.H3Datagram, 1),
            (WebTransportSettingId.H3DatagramDraft04, 1), (WebTransportSettingId.EnableWebTransportDraft02, 1),
            (WebTransportSettingId.MaxSessionsDraft07, 16), (WebTransportSettingId.MaxSessionsDraft13, 16),
        ];
        if (Peer.SupportsReliableReset)
        {
            settings.Add((Enabled, 1));
        }

        if (flowControl)
        {
            settings.AddRange(
            [
                (WebTransportSettingId.InitialMaxData, 1 << 24), (WebTransportSettingId.InitialMaxStreamsUni, 100),
                (WebTransportSettingId.InitialMaxStreamsBidi, 100),
            ]);
        }

        return settings;
    }

    public long Find(long id) => Settings.FirstOrDefault(s => s.Id == id).Value;

    /// <summary>Sends an extended CONNECT request.</summary>
    /// <returns>The stream, whose id is that of the session.</returns>
    public async Task<long> RequestAsync(Func<List<(string Name, string Value)>, IEnumerable<(string Name, string Value)>>? edit = null)
    {
        long stream = Peer.NewBidirectional();
        List<(string, string)> fields = Fields();
        await Peer.SendAsync(stream, Headers(edit?.Invoke(fields) ?? fields), note: "CONNECT");
        return stream;
    }

    public List<(string Name, string Value)> Fields() =>
    [
        (":method", "CONNECT"), (":protocol", Protocol), (":scheme", "https"), (":authority", Context.Subject.Authority),
        (":path", Context.Subject.PathAndQuery), ("origin", $"https://{Context.Subject.Authority}"),
    ];

    /// <summary>A session that is open.</summary>
    /// <exception cref="ConformanceEndException">There is none.</exception>
    public async Task<long> OpenAsync(Func<List<(string Name, string Value)>, IEnumerable<(string Name, string Value)>>? edit = null)
    {
        long session = await RequestAsync(edit);
        WebTransportAnswer answer = await AnswerAsync(session);
        return answer.IsAccepted ? session : throw new ConformanceEndException(
            answer.IsSilent ? ConformanceFinding.Late("no answer to CONNECT in time") : ConformanceFinding.Fail($"no session: {answer}"));
    }

    /// <summary>What a request is answered with.</summary>
    public async Task<WebTransportAnswer> AnswerAsync(long stream)
    {
        WebTransportAnswer answer = new(null, [], "nothing in time");
        await Peer.UntilAsync(() => (answer = Look(stream)).IsThere);
        return answer;
    }

    /// <summary>Whether streams of a session come back.</summary>
    /// <returns>What came in their place; null where one does.</returns>
    public async Task<ConformanceFinding?> FindDeadAsync(long session, TimeSpan? patience = null)
    {
        byte[] said = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"still there, {session}?"));
        long stream = Peer.NewBidirectional();
        await Peer.SendAsync(stream, [.. Integers(SessionSignal, session), .. said], end: true, "a stream of the session");
        bool came = await Peer.UntilAsync(
            () => Peer.Closed is not null || Peer[stream].ResetCode is not null || (Peer[stream].HasEnded && Peer[stream].Data.SequenceEqual(said)),
            patience);
        lock (Peer.Gate)
        {
            return Peer.Closed is { } closed
                ? ConformanceFinding.Fail($"the connection was closed with {QuicPeer.NameOf(closed.Code)} '{closed.Reason}'")
                : Peer[stream].ResetCode is { } reset ? ConformanceFinding.Fail($"a stream of the session was reset with {QuicPeer.NameOf(reset)}")
                : came ? null
                : Peer[stream].HasEnded ? ConformanceFinding.Fail($"{Peer[stream].Data.Count} bytes came back of {said.Length}")
                : ConformanceFinding.Late("a stream of the session does not come back in time");
        }
    }

    public ValueTask DisposeAsync() => Peer.DisposeAsync();

    /// <summary>What stands on a stream up to now.</summary>
    private WebTransportAnswer Look(long id)
    {
        QuicPeerStream stream = Peer[id];
        ReadOnlySpan<byte> rest = stream.Data.ToArray();
        while (TryRead(rest, out long type, out int first) && TryRead(rest[first..], out long length, out int second)
            && rest.Length - first - second >= length)
        {
            ReadOnlySpan<byte> payload = rest.Slice(first + second, (int)length);
            rest = rest[(first + second + (int)length)..];
            if (type == HeadersFrame)
            {
                return QpackDecoder.Decode(payload, 1 << 20, out IReadOnlyList<Http3Field> fields, out _, out _) == OperationStatus.Done
                    && fields.FirstOrDefault(f => f.Name == ":status").Value is { } status
                    ? status.StartsWith('1') ? Look(rest, fields) : new WebTransportAnswer(status, fields, $"status {status}")
                    : new WebTransportAnswer("none", fields, "a header section without a status");
            }
        }

        return Peer.Closed is { } closed
            ? new WebTransportAnswer(null, [], $"the connection was closed with {QuicPeer.NameOf(closed.Code)}", closed.Code)
            : stream.ResetCode is { } reset ? new WebTransportAnswer(null, [], $"a reset with {QuicPeer.NameOf(reset)}", reset)
            : stream.HasEnded ? new WebTransportAnswer(null, [], "the end of the stream without an answer", 0)
            : new WebTransportAnswer(null, [], "nothing in time");
    }

    /// <summary>An interim response is none: what is behind it is looked at when it is there.</summary>
    private static WebTransportAnswer Look(ReadOnlySpan<byte> rest, IReadOnlyList<Http3Field> fields)
        => TryRead(rest, out long type, out int first) && type == HeadersFrame && TryRead(rest[first..], out long length, out int second)
            && rest.Length - first - second >= length
            && QpackDecoder.Decode(rest.Slice(first + second, (int)length), 1 << 20, out fields, out _, out _) == OperationStatus.Done
            && fields.FirstOrDefault(f => f.Name == ":status").Value is { } status
                ? new WebTransportAnswer(status, fields, $"status {status}")
                : new WebTransportAnswer(null, [], "nothing but an interim response");

    /// <summary>Finds the control stream of the subject and reads its first frame.</summary>
    private async Task ReadSettingsAsync()
    {
        if (!await Peer.UntilAsync(() => TryReadSettings() || Peer.Closed is not null))
        {
            throw new ConformanceEndException(ConformanceFinding.Late("no SETTINGS came in time"));
        }

        if (Peer.Closed is { } closed && Settings.Count == 0)
        {
            throw new ConformanceEndException(ConformanceFinding.Fail(
                $"the connection was closed with {QuicPeer.NameOf(closed.Code)} '{closed.Reason}' before SETTINGS came"));
        }
    }

    private bool TryReadSettings()
    {
        foreach ((long id, QuicPeerStream stream) in Peer.Streams.Where(s => s.Key % 4 == 3))
        {
            ReadOnlySpan<byte> bytes = stream.Data.ToArray();
            if (TryRead(bytes, out long kind, out int first) && kind == ControlStream && TryRead(bytes[first..], out long type, out int second)
                && TryRead(bytes[(first + second)..], out long length, out int third) && bytes.Length - first - second - third >= length)
            {
                ReadOnlySpan<byte> payload = bytes.Slice(first + second + third, (int)length);
                SubjectControl = id;
                FirstFrame = type;
                while (type == SettingsFrame && TryRead(payload, out long setting, out int one)
                    && TryRead(payload[one..], out long value, out int two))
                {
                    Settings.Add((setting, value));
                    payload = payload[(one + two)..];
                }

                return true;
            }
        }

        return false;
    }

    /// <summary>The subject's control stream.</summary>
    public long SubjectControl { get; private set; }

    /// <summary>The type of the first frame on it.</summary>
    public long FirstFrame { get; private set; }
}

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

    public override string ToString() => Text;
}
