using System.Globalization;
using System.Text;
using WireProtocols.WebTransport;
using static WireProtocols.Conformance.Http3Bytes;

namespace WireProtocols.Conformance;

/// <summary>An HTTP/3 connection with a server, and the sessions that are asked for on it.</summary>
internal sealed class WebTransportTalk : IAsyncDisposable
{
    private const long Enabled = WebTransportSettingId.Enabled;
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(300);
    private WebTransportGreeting _greeting = WebTransportGreeting.None;

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
    public IReadOnlyList<(long Id, long Value)> Settings => _greeting.Settings;

    /// <summary>The type of the first frame on the control stream of the subject.</summary>
    public long FirstFrame => _greeting.FirstFrame;

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

    /// <summary>Connects, and sends the settings; how much the subject may send in a session is said in them.</summary>
    public static Task<WebTransportTalk> BeginAsync(ConformanceContext context) => BeginAsync(context, WebTransportLimits.Wide);

    /// <summary>Connects, and sends the settings.</summary>
    /// <param name="context">The case.</param>
    /// <param name="limits">How much the subject may send in a session; null where that is not said.</param>
    public static async Task<WebTransportTalk> BeginAsync(ConformanceContext context, WebTransportLimits? limits)
    {
        WebTransportTalk talk = await ConnectAsync(context);
        await talk.SendControlAsync(Http3Bytes.Settings(WebTransportOffer.Settings(talk.Peer.SupportsReliableReset, limits, talk.Peer.IsServer)));
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

    /// <summary>What the examiner says, of every draft.</summary>
    public IEnumerable<(long Id, long Value)> OwnSettings()
        => WebTransportOffer.Settings(Peer.SupportsReliableReset, WebTransportLimits.Wide, Peer.IsServer);

    public long Find(long id) => Settings.FirstOrDefault(s => s.Id == id).Value;

    /// <summary>Sends an extended CONNECT request; or takes that of a client, and opens the session.</summary>
    /// <returns>The stream, whose id is that of the session.</returns>
    public async Task<long> RequestAsync(Func<List<(string Name, string Value)>, IEnumerable<(string Name, string Value)>>? edit = null)
    {
        if (Peer.IsServer)
        {
            long request = await TakeRequestAsync();
            await RespondAsync(request, Headers((":status", "200")));
            return request;
        }

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
            !answer.IsSilent ? ConformanceFinding.Fail($"no session: {answer}")
                : ConformanceFinding.Late(Peer.IsServer ? "no request in time" : "no answer to CONNECT in time"));
    }

    /// <summary>What a request is answered with.</summary>
    public async Task<WebTransportAnswer> AnswerAsync(long stream)
    {
        if (Peer.IsServer)
        {
            return Peer.Closed is { } closed
                ? new WebTransportAnswer(null, [], $"the connection was closed with {QuicPeer.NameOf(closed.Code)}", closed.Code)
                : stream < 0 ? new WebTransportAnswer(null, [], "no request in time") : new WebTransportAnswer("200", [], "a session");
        }

        WebTransportAnswer answer = new(null, [], "nothing in time");
        await Peer.UntilAsync(() => (answer = WebTransportAnswer.On(Peer, stream)).IsThere);
        return answer;
    }

    /// <summary>The request of a client for a session. Where none came in time, another is taken for it, so that what is wrong with it is
    /// seen.</summary>
    /// <returns>Its stream; -1 where none came in time.</returns>
    public async Task<long> TakeRequestAsync()
    {
        long request = await AwaitRequestAsync(null);
        if (request >= 0)
        {
            return request;
        }

        lock (Peer.Gate)
        {
            return Peer.Closed is null ? WebTransportClientRequest.FindAny(Peer) : -1;
        }
    }

    /// <summary>The request of a client for a session.</summary>
    /// <param name="patience">Null for the time of an answer.</param>
    /// <returns>Its stream; -1 where none came in time.</returns>
    public async Task<long> AwaitRequestAsync(TimeSpan? patience)
    {
        long request = -1;
        await Peer.UntilAsync(() => Peer.Closed is not null || (request = WebTransportClientRequest.Find(Peer)) >= 0, patience);
        return request;
    }

    public async Task RespondAsync(long request, byte[] answer)
    {
        if (request >= 0 && Peer.Closed is null)
        {
            await Peer.SendAsync(request, answer, note: "answer to CONNECT");
        }
    }

    /// <summary>A server that has answered another request has read what came before; a client is given a moment.</summary>
    public async Task MarkAsync()
    {
        if (Peer.IsServer)
        {
            await Peer.UntilAsync(() => Peer.Closed is not null, Moment);
        }
        else
        {
            await AnswerAsync(await RequestAsync());
        }
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

    /// <summary>Finds the control stream of the subject and reads its first frame.</summary>
    private async Task ReadSettingsAsync()
    {
        if (!await Peer.UntilAsync(() => (_greeting = WebTransportGreeting.Find(Peer) ?? _greeting).Stream >= 0 || Peer.Closed is not null))
        {
            throw new ConformanceEndException(ConformanceFinding.Late("no SETTINGS came in time"));
        }

        if (Peer.Closed is { } closed && Settings.Count == 0)
        {
            throw new ConformanceEndException(ConformanceFinding.Fail(
                $"the connection was closed with {QuicPeer.NameOf(closed.Code)} '{closed.Reason}' before SETTINGS came"));
        }
    }
}
