using System.Buffers;
using WireProtocols.Buffers;
using WireProtocols.WebSockets;

namespace WebSocketRelay;

/// <summary>
/// Has a connection with each side, and hands on messages piece by piece as they come, Ping, Pong and Close as they are. Each side compresses by
/// what it has agreed on for itself.
/// </summary>
internal static class TerminatingRelay
{
    private static readonly WebSocketConnectionOptions Options = new()
    {
        Deflate = WebSocketPerMessageDeflateOptions.Default,
        AnswersPings = false,
        AnswersClose = false,
        ShowControlFrames = true,
        KeepAliveInterval = TimeSpan.Zero,
        Messages = Tap.Unlimited,
    };

    public static async Task RunAsync(SocketTransport transport, Uri target, TextWriter output, CancellationToken stop)
    {
        WebSocketConnection? server = null;
        try
        {
            await using WebSocketConnection? client = await WebSocketServer.AcceptAsync(
                transport,
                new()
                {
                    Connection = Options,
                    Decide = async (request, cancellationToken) =>
                    {
                        UriBuilder uri = new(target) { Path = request.Path, Query = request.Query };
                        WebSocketConnectOptions options = new()
                        {
                            Connection = Options,
                            Subprotocols = request.Subprotocols,
                            Origin = request.Origin,
                            Proxy = null,
                        };
                        try
                        {
                            server = await WebSocketClient.ConnectAsync(uri.Uri, options, cancellationToken);
                            return WebSocketDecision.Accept(server.Subprotocol);
                        }
                        catch (WebSocketHandshakeException exception) when (exception.StatusCode is >= 400)
                        {
                            return WebSocketDecision.Refuse(request.Reject(exception.StatusCode.Value, exception.Refusal!.GetBodyText()));
                        }
                    },
                },
                stop);
            if (client is not null)
            {
                using Tap there = new(output, '>');
                using Tap back = new(output, '<');
                await Task.WhenAll(CopyAsync(client, server!, there, stop), CopyAsync(server!, client, back, stop));
            }
        }
        finally
        {
            await (server?.DisposeAsync() ?? default);
        }
    }

    private static async Task CopyAsync(WebSocketConnection from, WebSocketConnection to, Tap tap, CancellationToken stop)
    {
        ArrayBufferWriter<byte> payload = new();
        WebSocketMessageSender? message = null;
        try
        {
            while (await from.WaitToReadAsync(stop))
            {
                while (TryTake(from, payload, tap, out WebSocketOpcode opcode, out bool isLast))
                {
                    try
                    {
                        if (opcode.IsControl())
                        {
                            await to.SendControlAsync(opcode, payload.WrittenMemory, stop);
                            continue;
                        }

                        message ??= await to.BeginMessageAsync(opcode, stop);
                        await message.WriteAsync(payload.WrittenMemory, isLast, cancellationToken: stop);
                        await (isLast ? message.DisposeAsync() : default);
                        message = isLast ? null : message;
                    }
                    catch (WebSocketClosedException)
                    {
                        // That end has said its last word: what still comes for it is dropped, all but the Close that ends it.
                    }
                }
            }
        }
        catch
        {
            to.Abort();
            throw;
        }

        if (from.CloseCode == WebSocketCloseCode.AbnormalClosure)
        {
            to.Abort();
        }
    }

    /// <summary>A part is lent until the connection is read again, so it is copied before anything is awaited.</summary>
    private static bool TryTake(
        WebSocketConnection from, ArrayBufferWriter<byte> payload, Tap tap, out WebSocketOpcode opcode, out bool isLast)
    {
        payload.ResetWrittenCount();
        bool isTaken = from.TryRead(out WebSocketMessagePart part);
        (opcode, isLast) = (part.Opcode, part.IsLast);
        if (isTaken)
        {
            payload.Write(part.Payload);
            tap.Show(part);
        }

        return isTaken;
    }
}
