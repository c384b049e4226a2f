using WireProtocols.Http1;
using WireProtocols.Resume;
using WireProtocols.ServerSentEvents;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// Sessions that outlive their connections, over whatever a client speaks at this one path: WebSocket, event stream with POST, long polls. Each
/// message is echoed.
/// </summary>
internal sealed class ResumeRoute : Route, IAsyncDisposable
{
    /// <summary>The most bytes of a message, with what stands before it.</summary>
    private const int MaxMessageLength = 1024 * 1024;

    /// <summary>The most bytes of a POST.</summary>
    private const int MaxBodyLength = 4 * 1024 * 1024;

    /// <summary>The most frames of a POST, which may be much smaller than what holds them.</summary>
    private const int MaxFrames = 4096;

    private const int LongestWait = 60;

    private readonly WebSocketUpgrade _upgrade;
    private readonly ResumeMemoryStore _store;
    private readonly ResumeServer _server;

    public ResumeRoute(ServeSettings settings)
    {
        _upgrade = new WebSocketUpgrade(settings, MaxMessageLength);
        _store = new ResumeMemoryStore(new ResumeMemoryStoreOptions { MaxBytes = Math.Max(1, settings.MaxMemory / 4), TimeProvider = settings.Time });
        _server = new ResumeServer(
            EchoAsync,
            _store,
            new ResumeServerOptions { TimeProvider = settings.Time, HandlerFailed = exception => settings.Log.WriteLine(exception.Message) });
    }

    public override string Path => "/resume/echo";

    public override IReadOnlyList<string> Methods => ["GET", "POST"];

    public override string Description => "echoes the messages of a session that outlives its connections: WebSocket, event stream and POST, polls";

    public override ValueTask HandleAsync(ServeRequest request)
        => request.Method == "POST" ? PostAsync(request)
            : request.Exchange.OffersUpgrade ? UpgradeAsync(request)
            : StreamAsync(request);

    /// <summary>Ends all sessions.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _store.Dispose();
    }

    private static async Task EchoAsync(ResumeServerSession session, CancellationToken lost)
    {
        try
        {
            await foreach (ResumeMessage message in session.ReadAllAsync(lost))
            {
                await session.SendAsync(message, lost);
            }
        }
        catch (ResumeEndedException)
        {
            // The client has ended it, and wants no more echoes.
        }
    }

    private async ValueTask UpgradeAsync(ServeRequest request)
    {
        if (await _upgrade.TryAcceptAsync(request) is not { } socket)
        {
            return;
        }

        CancellationToken stopping = request.Stopping;
        request.Connection.SwitchTo(async () =>
        {
            if (socket.Subprotocol == WebSocketResumeConnection.Subprotocol)
            {
                await _server.RunAsync(socket, stopping);
                return;
            }

            await socket.CloseAsync(WebSocketCloseCode.ProtocolError, $"The subprotocol here is {WebSocketResumeConnection.Subprotocol}.");
        });
    }

    private async ValueTask StreamAsync(ServeRequest request)
    {
        if (!EventStreamResumeConnection.TryReadHello(request.GetQuery("hello"), out ReadOnlyMemory<byte> hello))
        {
            await request.RespondAsync(400, "Open a WebSocket, or ask with ?hello=: HELLO of wire.resume.v1 in base64url.\n");
            return;
        }

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(request.Exchange.WatchClient(), request.Stopping);
        Http1BodyWriter body = ServeBody.Start(request, "text/event-stream");
        EventStreamWriterOptions options = new() { HeartbeatInterval = request.Settings.Heartbeat, TimeProvider = request.Settings.Time };
        await using (EventStreamWriter writer = new(body, options))
        {
            await _server.RunAsync(new EventStreamResumeConnection(writer, hello), end.Token);
        }

        await body.CompleteAsync();
    }

    private async ValueTask PostAsync(ServeRequest request)
    {
        if (await ReadFramesAsync(request) is not { } frames)
        {
            return;
        }

        if (PollWishes.Of(request).PreferredWait is { } wait && frames is [{ Type: ResumeFrameType.Hello } hello])
        {
            TimeSpan patience = wait.TotalSeconds > LongestWait ? TimeSpan.FromSeconds(LongestWait) : wait;
            PollResumeConnection poll = new(hello, patience, request.Settings.Time);
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(request.Exchange.WatchClient(), request.Stopping);
            await _server.RunAsync(poll, end.Token);
            await AnswerAsync(request, 200, poll.Response);
            return;
        }

        try
        {
            ResumePostAnswer answer = await _server.PostAsync(frames, request.Stopping);
            await AnswerAsync(request, answer.IsRefused ? 503 : 200, answer.Body, answer.RetryAfter);
        }
        catch (ResumeProtocolException exception)
        {
            await request.RespondAsync(400, exception.Message + "\n");
        }
    }

    private static ValueTask AnswerAsync(ServeRequest request, int status, ReadOnlyMemory<byte> body, TimeSpan retryAfter = default)
    {
        List<(string, string)> fields = [("Content-Type", ResumePostAnswer.MediaType), ("Cache-Control", "no-store")];
        if (status == 503)
        {
            fields.Add(("Retry-After", ((int)Math.Ceiling(retryAfter.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }

        return request.Exchange.RespondAsync(status, body, [.. fields]);
    }

    /// <returns>Null where the request has been answered: they are no frames, or too many.</returns>
    private static async ValueTask<IReadOnlyList<OwnedResumeFrame>?> ReadFramesAsync(ServeRequest request)
    {
        List<OwnedResumeFrame> frames = [];
        using ResumeFrameReader reader = new(request.Exchange.Body);
        try
        {
            await foreach (OwnedResumeFrame frame in reader.ReadAllAsync(request.Stopping))
            {
                frames.Add(frame);
                if (reader.Position > MaxBodyLength || frames.Count > MaxFrames)
                {
                    await request.RespondAsync(413, $"A POST here has at most {MaxBodyLength} bytes and {MaxFrames} frames.\n");
                    return null;
                }
            }

            return frames;
        }
        catch (ResumeProtocolException exception)
        {
            await request.RespondAsync(400, exception.Message + "\n");
            return null;
        }
    }
}
