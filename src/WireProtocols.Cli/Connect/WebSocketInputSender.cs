using System.Text.Unicode;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Connect;

/// <summary>
/// Sends what stdin holds as messages: its lines, all of it, or rows of JSON. Where stdin ends after some, the connection is closed once they are
/// sent, and what the server still has to say is shown; an empty stdin sends nothing and closes nothing.
/// </summary>
internal sealed class WebSocketInputSender(ConnectRun run, WebSocketConnection socket)
{
    private readonly InputMessages _messages = new(run);
    private readonly WebSocketOpcode _opcode = run.Get(run.Options.Binary) ? WebSocketOpcode.Binary : WebSocketOpcode.Text;
    private bool _hasClosed;

    /// <param name="ended">Cancelled when the conversation is over, also by a message that cannot be sent.</param>
    public async Task RunAsync(CancellationTokenSource ended)
    {
        long count = 0;
        try
        {
            await foreach (ReadOnlyMemory<byte> message in _messages.ReadAsync(ended.Token))
            {
                count++;
                await (_messages.AreRows ? SendRowAsync(message, ended.Token) : SendAsync(_opcode, message, ended.Token));
            }

            if (count > 0 && !_hasClosed)
            {
                await socket.CloseOutputAsync(WebSocketCloseCode.NormalClosure, cancellationToken: ended.Token);
            }
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

    private ValueTask SendAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> message, CancellationToken stop)
        => opcode == WebSocketOpcode.Text && !Utf8.IsValid(message.Span)
            ? throw ToolException.Usage($"{_messages.Where} is not UTF-8, so it cannot be a text message; --binary sends it.")
            : socket.SendAsync(opcode, message, cancellationToken: stop);

    /// <summary>Sends a row: <c>type</c> or <c>opcode</c> says what, <c>payload</c> (base64) or <c>text</c> holds it.</summary>
    private async ValueTask SendRowAsync(ReadOnlyMemory<byte> line, CancellationToken stop)
    {
        JsonInputRow row = JsonInputRow.Parse(line, _messages.Where);
        switch (row.Find("type") ?? row.Find("opcode") ?? "text")
        {
            case "text":
                await SendAsync(WebSocketOpcode.Text, row.Payload, stop);
                break;
            case "binary":
                await SendAsync(WebSocketOpcode.Binary, row.Payload, stop);
                break;
            case "ping" when row.Payload.Length <= WebSocketFrameHeader.MaxControlPayloadLength:
                await socket.PingAsync(row.Payload, stop);
                break;
            case "pong" when row.Payload.Length <= WebSocketFrameHeader.MaxControlPayloadLength:
                await socket.PongAsync(row.Payload, stop);
                break;
            case "close":
                _hasClosed = true;
                await CloseAsync(row, stop);
                break;
            default:
                throw ToolException.Usage($"{_messages.Where}: a message is text, binary, ping, pong (of at most 125 bytes) or close.");
        }
    }

    private async ValueTask CloseAsync(JsonInputRow row, CancellationToken stop)
    {
        try
        {
            await socket.CloseOutputAsync((WebSocketCloseCode)row.FindNumber("closeCode", 1000), row.Find("closeReason") ?? "", stop);
        }
        catch (ArgumentException)
        {
            throw ToolException.Usage($"{_messages.Where}: no endpoint sends that close code, or its reason is longer than 123 bytes.");
        }
    }
}
