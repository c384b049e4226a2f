using System.IO.Pipelines;
using WireProtocols.JsonRpc;
using WireProtocols.WebSockets;

namespace JsonRpcBridge;

/// <summary>JSON-RPC on a WebSocket, a message each, and the same messages on two pipes, behind header fields or on lines.</summary>
public static class Bridge
{
    /// <summary>Hands on whole messages both ways until either side ends.</summary>
    public static Task RunAsync(WebSocketConnection client, PipeReader input, PipeWriter output, JsonRpcFraming framing, TextWriter log)
        => Task.WhenAll(ToServerAsync(client, output, framing), ToClientAsync(client, input, framing, log));

    private static async Task ToServerAsync(WebSocketConnection client, PipeWriter output, JsonRpcFraming framing)
    {
        using JsonRpcWriter writer = new(output, new JsonRpcWriterOptions { Framing = framing });
        try
        {
            while (await client.ReceiveAsync() is { } message)
            {
                using (message)
                {
                    writer.Write(message.Payload.Span);
                }

                await output.FlushAsync();
            }
        }
        catch (ArgumentException)
        {
            // What is no JSON would not be one message at the other side.
            await client.CloseAsync(WebSocketCloseCode.InvalidPayloadData);
        }

        await output.CompleteAsync();
    }

    private static async Task ToClientAsync(WebSocketConnection client, PipeReader input, JsonRpcFraming framing, TextWriter log)
    {
        using JsonRpcReader reader = new(input, new JsonRpcOptions { Framing = framing, ContinueOnError = true });
        await foreach (OwnedJsonRpcMessage message in reader.ReadAllAsync())
        {
            if (message.Error == JsonRpcProtocolError.None)
            {
                await client.SendAsync(WebSocketOpcode.Text, message.Content);
            }
            else
            {
                await log.WriteLineAsync($"{message.Error} at byte {message.ErrorOffset}, skipped {message.SkippedLength} bytes");
            }
        }

        await client.CloseAsync(WebSocketCloseCode.NormalClosure);
    }
}
