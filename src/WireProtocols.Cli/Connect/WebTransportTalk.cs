using WireProtocols.Cli.IO;
using WireProtocols.Cli.View;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Connect;

/// <summary>
/// One session of a client. Lines of stdin wait until it is open. Where stdin ends after some, the session is closed once every stream that they were
/// sent on has come to its end.
/// </summary>
internal sealed class WebTransportTalk(ConnectRun run, WebTransportView view, CancellationTokenSource ended)
{
    private readonly TaskCompletionSource<WebTransportSession> _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebTransportLine _line = new(run, view);
    private int _unfinished;
    private bool _inputHasEnded;

    public int Status { get; private set; }

    /// <summary>Closes every session there is, and the connection.</summary>
    public static void Close(WebTransportConnection connection)
    {
        foreach (WebTransportSession session in connection.Sessions)
        {
            session.Close();
        }
    }

    public void Handle(WebTransportConnection connection, WebTransportEvent item)
    {
        view.Show(item);
        switch (item.Kind)
        {
            case WebTransportEventKind.Ready when item.Error != WebTransportProtocolError.None:
                Fail($"the server has no WebTransport: {item.Error.GetRule().Text}", ExitStatus.Violation);
                break;
            case WebTransportEventKind.Ready:
                connection.Connect(
                    run.Url.Authority, run.Url.PathAndQuery, run.Get(run.Options.Subprotocol), run.Headers.Select(ToField));
                break;
            case WebTransportEventKind.SessionOpened:
                run.Tell($"connected to {run.Url}");
                _open.TrySetResult(item.Session!);
                break;
            case WebTransportEventKind.SessionRejected:
                Fail($"the server answers with status {item.Status}", ExitStatus.Violation);
                break;
            case WebTransportEventKind.Violation:
                Fail($"violation: {item.Error}: {item.Error.GetRule().Text}", ExitStatus.Violation);
                break;
            case WebTransportEventKind.SessionClosed:
                End(item);
                break;
            case WebTransportEventKind.StreamFinished or WebTransportEventKind.StreamReset when (item.StreamId & 3) == 0:
                _unfinished--;
                CloseIfDone(item.Session!);
                break;
            case WebTransportEventKind.ConnectionClosed when !_open.Task.IsCompletedSuccessfully:
                Fail($"the connection is over: {WebTransportErrorCode.GetName(item.ErrorCode)} {item.Reason}".TrimEnd(), ExitStatus.InputOutput);
                break;
            case WebTransportEventKind.StreamStopped:
                _line.Stop(item.StreamId);
                break;
            default:
                break;
        }

        // What has come may have made room.
        GoOn();
    }

    /// <summary>Sends each line of stdin.</summary>
    public async Task SendLinesAsync(WebTransportPump pump, CancellationToken stop)
    {
        LineSplitter lines = new(run.Get(run.Options.MaxElement), "--max-element");
        using ByteInput input = ByteInput.Open("-", hex: false, run.IO);
        try
        {
            WebTransportSession session = await _open.Task.WaitAsync(stop);
            int count = 0;
            while (await input.ReadAsync(stop) is { } bytes)
            {
                while (lines.TryRead(ref bytes, out ReadOnlyMemory<byte> line))
                {
                    count++;
                    await SendAsync(pump, session, line.Span is [.., (byte)'\r'] ? line[..^1] : line, stop);
                }
            }

            ReadOnlyMemory<byte> last = lines.Complete();
            if (!last.IsEmpty)
            {
                count++;
                await SendAsync(pump, session, last, stop);
            }

            await pump.InvokeAsync(_ => Finish(session, count), stop);
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
        catch
        {
            // Nothing more is sent, so nothing more is waited for.
            await ended.CancelAsync();
            throw;
        }
    }

    /// <summary>Sends a line; ends when the server has allowed all of it.</summary>
    private async Task SendAsync(WebTransportPump pump, WebTransportSession session, ReadOnlyMemory<byte> line, CancellationToken stop)
    {
        Task sent = Task.CompletedTask;
        await pump.InvokeAsync(_ => sent = Send(session, line), stop);
        await sent.WaitAsync(stop);
    }

    private void Finish(WebTransportSession session, int count)
    {
        // An empty stdin sends nothing and closes nothing.
        _inputHasEnded = count > 0 && !run.Get(run.Options.Datagrams);
        CloseIfDone(session);
    }

    private Task Send(WebTransportSession session, ReadOnlyMemory<byte> line)
    {
        if (run.Get(run.Options.Datagrams))
        {
            view.Sent(null, line.Span, session.SendDatagram(line.Span));
            return Task.CompletedTask;
        }

        Task sent = _line.Begin(session, line);
        GoOn();
        return sent;
    }

    private void GoOn()
    {
        if (_line.GoOn())
        {
            _unfinished++;
        }
    }

    /// <summary>The session is over: closed by one of the sides with a code, or lost.</summary>
    private void End(WebTransportEvent item)
    {
        if (item.Code is { } code)
        {
            run.Tell($"closed with {code}{(item.Reason.Length == 0 ? "" : $" {SafeText.Quote(item.Reason)}")}");
            ended.Cancel();
        }
        else
        {
            Fail($"the session is lost: {WebTransportErrorCode.GetName(item.ErrorCode)}", Status == ExitStatus.Ok ? ExitStatus.InputOutput : Status);
        }
    }

    private void CloseIfDone(WebTransportSession session)
    {
        if (_inputHasEnded && _unfinished == 0)
        {
            session.Close();
        }
    }

    private void Fail(string what, int status)
    {
        run.Tell(what);
        Status = status;
        ended.Cancel();
    }

    /// <summary>Names of fields are in lowercase (RFC 9114 §4.2).</summary>
    private static Http3Field ToField((string Name, string Value) header)
    {
#pragma warning disable CA1308 // The protocol wants lowercase.
        return new Http3Field(header.Name.ToLowerInvariant(), header.Value);
#pragma warning restore CA1308
    }
}
