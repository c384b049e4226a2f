using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using WireProtocols.Buffers;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation, where it compiles and runs. The tests of the documentation hold the two together.</summary>
internal static class ReadmeCode
{
    public static void Layer1(TextWriter output)
    {
        ReadOnlySpan<byte> bytes = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
        if (WebSocketFrameHeader.Decode(bytes, out var header, out int headerLength, out _) == OperationStatus.Done)
        {
            Span<byte> payload = new byte[header.PayloadLength];
            WebSocketMask.Apply(bytes[headerLength..], payload, header.MaskingKey);
            output.WriteLine($"{header.Opcode}: {Encoding.UTF8.GetString(payload)}"); // Text: Hello
        }
    }

    public static void Layer2(IEnumerable<byte[]> pieces, TextWriter output)
    {
        using WebSocketFrameDecoder decoder = new(sender: WebSocketRole.Client);
        foreach (byte[] piece in pieces)
        {
            for (ReadOnlySpan<byte> rest = piece;
                decoder.Decode(rest, out int consumed, out var part) == OperationStatus.Done;
                rest = rest[consumed..])
            {
                output.WriteLine($"{part.Header.Opcode} at byte {part.Offset}: {Encoding.UTF8.GetString(part.Payload)}");
            }
        }

        if (decoder.Complete() == OperationStatus.InvalidData)
        {
            output.WriteLine($"{decoder.Error} at byte {decoder.ErrorOffset}: {decoder.Error.GetRule().Text}");
        }
    }

    public static async Task Layer3Async(IDuplexPipe pipe)
    {
        using WebSocketFrameReader reader = new(pipe.Input, sender: WebSocketRole.Client);
        WebSocketFrameWriter writer = new(pipe.Output, sender: WebSocketRole.Server);
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out WebSocketFramePart part))
            {
                WebSocketOpcode opcode = part.IsFirst ? part.Header.Opcode : WebSocketOpcode.Continuation;
                writer.WriteFrame(opcode, part.Payload, fin: part.IsLast && part.Header.Fin);
            }

            await writer.FlushAsync();
        }
    }

    public static async Task Layer4Async(Socket socket, WebSocketBroadcaster room)
    {
        WebSocketAcceptOptions options = new() { Connection = new() { Deflate = new() } };
        await using WebSocketConnection? connection = await WebSocketServer.AcceptAsync(new SocketTransport(socket), options);
        if (connection is null)
        {
            return;
        }

        await using WebSocketSubscription member = room.Subscribe(connection);
        await connection.RunAsync(async stop =>
        {
            while (await connection.ReceiveAsync(stop) is { } message)
            {
                using (message)
                {
                    await room.PublishAsync(new WebSocketPreparedMessage(message.Opcode, message.Payload.Span), stop);
                }
            }
        });
    }

    public static async Task Layer4Async(HttpContext context)
    {
        WebSocketAcceptOptions options = new() { Connection = new() { Deflate = new() } };
        bool isHandshake = WebSocketHandshake.TryParseRequest(
            context.Request.Method,
            context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget,
            context.Request.Headers.SelectMany(h => h.Value, (h, value) => new WebSocketHandshakeField(h.Key, value!)),
            out WebSocketHandshakeRequest? request,
            out WebSocketHandshakeFailure failure);
        WebSocketDeflateParameters? deflate = null;
        WebSocketHandshakeResponse response = isHandshake
            ? WebSocketServer.Accept(request!, options, out deflate)
            : WebSocketHandshakeResponse.Refuse(failure);
        context.Response.StatusCode = response.StatusCode;
        foreach (WebSocketHandshakeField field in response.GetUpgradeFields())
        {
            context.Response.Headers[field.Name] = field.Value;
        }

        if (!response.IsAccepted)
        {
            await context.Response.WriteAsync(response.Body);
            return;
        }

        Stream stream = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        await using WebSocketConnection connection = WebSocketConnection.Create(stream, WebSocketRole.Server, options.Connection, deflate);
        await connection.RunAsync(
            async stop =>
            {
                while (await connection.ReceiveAsync(stop) is { } message)
                {
                    using (message)
                    {
                        await connection.SendAsync(message.Opcode, message.Payload, cancellationToken: stop);
                    }
                }
            },
            context.RequestAborted);
    }
}
