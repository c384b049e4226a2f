using System.Text.Unicode;
using WireProtocols.Cli.IO;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Connect;

/// <summary>
/// Sends the lines of stdin as text messages. Where stdin ends after some, the connection is closed once they are sent, and what the server still
/// has to say is shown; an empty stdin sends nothing and closes nothing.
/// </summary>
internal sealed class WebSocketLineSender(ConnectRun run, WebSocketConnection socket, WebSocketWireView view)
{
    private readonly LineSplitter _lines = new(run.Get(run.Options.MaxElement), "--max-element");
    private long _count;

    /// <param name="ended">Cancelled when the conversation is over, also by a line that cannot be sent.</param>
    public async Task RunAsync(CancellationTokenSource ended)
    {
        using ByteInput input = ByteInput.Open("-", hex: false, run.IO);
        try
        {
            await SendAsync(input, ended.Token);
        }
        catch (Exception exception) when (exception is WebSocketClosedException or OperationCanceledException)
        {
            // It is over.
        }
        catch
        {
            await ended.CancelAsync();
            throw;
        }
    }

    private async Task SendAsync(ByteInput input, CancellationToken stop)
    {
        while (await input.ReadAsync(stop) is { } bytes)
        {
            while (_lines.TryRead(ref bytes, out ReadOnlyMemory<byte> line))
            {
                await SendLineAsync(line, stop);
            }

            view.Flush();
        }

        ReadOnlyMemory<byte> last = _lines.Complete();
        if (!last.IsEmpty)
        {
            await SendLineAsync(last, stop);
        }

        if (_count > 0)
        {
            await socket.CloseOutputAsync(WebSocketCloseCode.NormalClosure, cancellationToken: stop);
        }
    }

    private async Task SendLineAsync(ReadOnlyMemory<byte> line, CancellationToken stop)
    {
        line = line.Span is [.., (byte)'\r'] ? line[..^1] : line;
        if (!Utf8.IsValid(line.Span))
        {
            throw ToolException.Usage($"line {_lines.Number} is not UTF-8, so it cannot be a text message.");
        }

        _count++;
        await socket.SendAsync(WebSocketOpcode.Text, line, cancellationToken: stop);
    }
}
