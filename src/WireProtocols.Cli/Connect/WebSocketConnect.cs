using System.Globalization;
using WireProtocols.Cli.View;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Connect;

/// <summary>A client of WebSockets: shows every frame, and sends the lines of stdin, or what it gets.</summary>
internal sealed class WebSocketConnect : ConnectProtocol
{
    public override IReadOnlyList<string> Schemes => ["ws", "wss"];

    public override async Task<int> RunAsync(ConnectRun run, CancellationToken stop)
    {
        WebSocketConnection socket;
        try
        {
            WebSocketConnectOptions options = CreateOptions(run);
            WebSocketHandshakeOffer offer = CreateOffer(run, options);
            socket = await WebSocketClient.ConnectAsync(await ClientTransport.ConnectAsync(run, stop), offer, options, stop);
        }
        catch (WebSocketHandshakeException exception) when (exception.Refusal is { } refusal)
        {
            // Its fields and body have been shown.
            run.Tell($"the server refused with {refusal.StatusCode} {SafeText.Of(refusal.ReasonPhrase)}".TrimEnd() + $": {exception.Code}");
            return ExitStatus.Violation;
        }
        catch (WireProtocolException exception)
        {
            run.Tell($"the server's answer is no handshake: {exception.Code}: {exception.Message}");
            return ExitStatus.Violation;
        }
        catch (OperationCanceledException) when (run.HasTimedOut)
        {
            throw new ToolException(ExitStatus.InputOutput, $"no connection to {run.Url} in {run.Get(run.Options.Timeout)} s.");
        }

        run.Tell($"connected to {run.Url}{Describe(socket)}");
        await using (socket)
        {
            return await ConverseAsync(run, socket, stop);
        }
    }

    private static async Task<int> ConverseAsync(ConnectRun run, WebSocketConnection socket, CancellationToken stop)
    {
        int status = ExitStatus.Ok;
        using CancellationTokenSource ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task sending = run.Get(run.Options.Echo) ? Task.CompletedTask : new WebSocketInputSender(run, socket).RunAsync(ended);
        Task pinging = PingAsync(run, socket, ended.Token);
        try
        {
            await (run.Get(run.Options.Echo) ? EchoAsync(socket, ended.Token) : ShowAsync(socket, ended.Token));
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            WebSocketCloseCode code = run.IsSatisfied ? WebSocketCloseCode.NormalClosure : WebSocketCloseCode.GoingAway;
            await socket.CloseAsync(code, cancellationToken: CancellationToken.None);
        }
        catch (WebSocketProtocolException exception)
        {
            run.Tell($"violation: {exception.Error} at byte {exception.Offset}: {exception.Message}");
            status = ExitStatus.Violation;
        }
        catch (WebSocketClosedException)
        {
            // The code says why.
        }

        await ended.CancelAsync();
        await sending;
        await pinging;
        await socket.DisposeAsync();
        TellEnd(run, socket);
        return status == ExitStatus.Ok && socket.CloseCode == WebSocketCloseCode.AbnormalClosure && !stop.IsCancellationRequested
            ? ExitStatus.InputOutput
            : status;
    }

    /// <summary>Reads to the end; the tap sees the bytes.</summary>
    private static async Task ShowAsync(WebSocketConnection socket, CancellationToken stop)
    {
        do
        {
            while (socket.TryRead(out _))
            {
            }
        }
        while (await socket.WaitToReadAsync(stop));
    }

    private static async Task EchoAsync(WebSocketConnection socket, CancellationToken stop)
    {
        while (await socket.ReceiveAsync(stop) is { } message)
        {
            using (message)
            {
                await socket.SendAsync(message.Opcode, message.Payload, flush: false, stop);
            }
        }
    }

    private static async Task PingAsync(ConnectRun run, WebSocketConnection socket, CancellationToken stop)
    {
        if (run.Get(run.Options.Ping) is not (> 0 and var seconds))
        {
            return;
        }

        try
        {
            using PeriodicTimer timer = new(TimeSpan.FromSeconds(seconds), run.IO.Time);
            while (await timer.WaitForNextTickAsync(stop))
            {
                await socket.PingAsync(stop);
            }
        }
        catch (Exception exception) when (exception is WebSocketClosedException or OperationCanceledException)
        {
            // It is over.
        }
    }

    private static void TellEnd(ConnectRun run, WebSocketConnection socket)
    {
        WebSocketCloseCode code = socket.CloseCode ?? WebSocketCloseCode.AbnormalClosure;
        if (run.Json)
        {
            lock (run.Printing)
            {
                var row = run.Rows.Begin("end"u8);
                row.WriteNumber("closeCode"u8, (int)code);
                row.WriteString("closeReason"u8, socket.CloseReason);
                run.Rows.End();
            }
        }

        string reason = socket.CloseReason.Length == 0 ? "" : $" {SafeText.Quote(socket.CloseReason)}";
        run.Tell($"closed with {WebSocketNames.Of(code)}{reason}");
    }

    private static string Describe(WebSocketConnection socket)
    {
        string deflate = socket.Deflate is { } agreed
            ? string.Create(
                CultureInfo.InvariantCulture,
                $", permessage-deflate with windows of {1 << agreed.ClientMaxWindowBits} and {1 << agreed.ServerMaxWindowBits} "
                    + $"bytes{DescribeTakeover(agreed)}")
            : "";
        return socket.Subprotocol is { } subprotocol ? $"{deflate}, subprotocol {subprotocol}" : deflate;
    }

    private static string DescribeTakeover(WebSocketDeflateParameters agreed)
        => (agreed.ClientNoContextTakeover, agreed.ServerNoContextTakeover) switch
        {
            (false, false) => "",
            (true, true) => ", every message for itself",
            (true, false) => ", the client's messages each for itself",
            _ => ", the server's messages each for itself",
        };

    private static WebSocketConnectOptions CreateOptions(ConnectRun run)
    {
        bool deflate = run.Get(run.Options.Deflate) || run.Get(run.Options.Echo);
        return new WebSocketConnectOptions
        {
            Connection = new WebSocketConnectionOptions
            {
                Messages = run.CreateMessageLimits(),
                Deflate = deflate ? WebSocketPerMessageDeflateOptions.Default : null,
                MaxQueuedBytes = long.MaxValue,
                TimeProvider = run.IO.Time,
            },
        };
    }

    /// <exception cref="ToolException">A header or subprotocol of the command line cannot be sent.</exception>
    private static WebSocketHandshakeOffer CreateOffer(ConnectRun run, WebSocketConnectOptions options)
    {
        Uri url = run.Url;
        string host = url.IdnHost.Contains(':', StringComparison.Ordinal) ? $"[{url.IdnHost}]" : url.IdnHost;
        try
        {
            List<WebSocketHandshakeField> fields = [.. run.Headers.Select(h => new WebSocketHandshakeField(h.Name, h.Value))];
            string? origin = fields.Find(f => f.Name.Equals("Origin", StringComparison.OrdinalIgnoreCase)).Value;
            return new WebSocketHandshakeOffer(
                url.IsDefaultPort ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{url.Port}"), url.PathAndQuery)
            {
                Origin = origin,
                Subprotocols = [.. run.Get(run.Options.Subprotocol) ?? []],
                Fields = [.. fields.Where(f => !f.Name.Equals("Origin", StringComparison.OrdinalIgnoreCase))],
                Extensions = options.Connection.Deflate is { } deflate ? [WebSocketDeflateNegotiation.CreateOffer(deflate)] : [],
            };
        }
        catch (ArgumentException exception)
        {
            throw ToolException.Usage(ToolException.Plain(exception));
        }
    }
}
