using System.Collections.Immutable;
using System.Net.Sockets;
using System.Text;
using WireProtocols.Buffers;
using WireProtocols.Http1;
using WireProtocols.WebSockets;

namespace WebSocketRelay;

/// <summary>
/// Hands on the opening handshake and then every frame as it came, with its reserved bits: what the two ends agree on, compression among it, is
/// theirs alone. Only the masking keys are its own. The tap inflates a copy.
/// </summary>
internal static class PassingRelay
{
    private const WebSocketReservedBits AnyBits = WebSocketReservedBits.Rsv1 | WebSocketReservedBits.Rsv2 | WebSocketReservedBits.Rsv3;

    public static async Task RunAsync(SocketTransport client, Uri target, TextWriter output, CancellationToken stop)
    {
        TcpClient socket = new() { NoDelay = true };
        await socket.ConnectAsync(target.Host, target.Port, stop);
        SocketTransport server = new(socket.Client);
        try
        {
            if (!await CopyRequestAsync(client, server, target, stop) || await CopyResponseAsync(server, client, stop) is not { } response)
            {
                return;
            }

            if (response.StatusCode != 101)
            {
                // It is the answer of a web server, and ends where the server says so.
                await server.Input.CopyToAsync(client.Output, stop);
                return;
            }

            ImmutableArray<WebSocketExtension> agreed = response.Head.Fields.TryGetValue("Sec-WebSocket-Extensions"u8, out var value)
                && WebSocketExtensionList.TryParse(value, out ImmutableArray<WebSocketExtension> list, out _, out _) ? list : [];
            WebSocketDeflateParameters? deflate = null;
            bool isDeflated = agreed.Length == 1 && WebSocketDeflateNegotiation.TryReadResponse(agreed[0], out deflate);
            WebSocketReservedBits bits = isDeflated ? WebSocketReservedBits.Rsv1 : agreed.IsEmpty ? WebSocketReservedBits.None : AnyBits;
            await Task.WhenAll(
                CopyFramesAsync(client, server, WebSocketRole.Client, bits, new Tap(output, '>', WebSocketRole.Client, deflate), stop),
                CopyFramesAsync(server, client, WebSocketRole.Server, bits, new Tap(output, '<', WebSocketRole.Server, deflate), stop));
        }
        finally
        {
            await server.DisposeAsync();
            await client.DisposeAsync();
        }
    }

    private static async Task<bool> CopyRequestAsync(SocketTransport client, SocketTransport server, Uri target, CancellationToken stop)
    {
        using Http1RequestReader reader = new(client.Input);
        if (await reader.ReadAsync(stop) is not { } request)
        {
            return false;
        }

        Http1HeadWriter head = Http1HeadWriter.StartRequest(server.Output, request.Head.Method, request.Head.Target);
        foreach (Http1Field field in request.Head.Fields)
        {
            bool isHost = Ascii.EqualsIgnoreCase(field.Name, "Host"u8);
            head.WriteField(field.Name, isHost ? Encoding.ASCII.GetBytes(target.Authority) : field.Value);
        }

        head.Complete();
        await server.Output.FlushAsync(stop);
        return true;
    }

    private static async Task<OwnedHttp1ResponseHead?> CopyResponseAsync(SocketTransport server, SocketTransport client, CancellationToken stop)
    {
        using Http1ResponseReader reader = new(server.Input, WebSocketHandshakeClient.ResponseOptions);
        OwnedHttp1ResponseHead? response = await reader.ReadAsync(stop);
        if (response is not null)
        {
            Http1HeadWriter head = Http1HeadWriter.StartResponse(client.Output, response.StatusCode, response.Head.Reason);
            foreach (Http1Field field in response.Head.Fields)
            {
                head.WriteField(field.Name, field.Value);
            }

            head.Complete();
            await client.Output.FlushAsync(stop);
        }

        return response;
    }

    private static async Task CopyFramesAsync(
        SocketTransport from, SocketTransport to, WebSocketRole sender, WebSocketReservedBits bits, Tap tap, CancellationToken stop)
    {
        using Tap closing = tap;
        try
        {
            using WebSocketFrameReader reader = new(from.Input, sender, new() { ReservedBits = bits, MaxPayloadLength = long.MaxValue });
            WebSocketFrameWriter writer = new(to.Output, sender, bits);
            while (await reader.WaitToReadAsync(stop))
            {
                while (reader.TryRead(out WebSocketFramePart part))
                {
                    writer.WriteFrame(part);
                    tap.Show(part);
                }

                await writer.FlushAsync(stop);
            }

            await to.Output.CompleteAsync();
        }
        catch
        {
            // Where one direction fails, the other has nothing left to say.
            from.Abort();
            to.Abort();
            throw;
        }
    }
}
