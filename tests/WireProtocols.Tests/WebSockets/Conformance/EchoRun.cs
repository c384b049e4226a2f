using System.IO.Pipelines;
using WireProtocols.Tests.Harness;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>
/// Plays a list of frames to a connection that echoes every message, and notes all that comes back until the transport ends. The peer answers the
/// Close, as the connection's role has it, so a run only ends where the closing does.
/// </summary>
public static class EchoRun
{
    /// <summary>Far more than any run takes: what does not end is a failure, and not a build that hangs.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<IReadOnlyList<string>> PlayAsync(
        WebSocketRole role, IEnumerable<RawFrame> frames, int chop = int.MaxValue, WebSocketDeflateParameters? deflate = null, WebSocketConnectionOptions? options = null)
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        WebSocketConnection connection = new(ours, role, options, deflate);
        Task echoing = EchoAsync(connection);
        Task<List<string>> reading = ReadAsync(peer, role);
        byte[] bytes = [.. frames.SelectMany(f => f.ToBytes(masked: role == WebSocketRole.Server))];
        await WriteAsync(peer.Output, bytes, chop).WaitAsync(Patience);
        List<string> transcript = await reading.WaitAsync(Patience);
        await echoing.WaitAsync(Patience);
        Assert.Equal(WebSocketConnectionState.Closed, connection.State);
        return transcript;
    }

    /// <summary>What a server does with a connection whose messages it sends back.</summary>
    public static async Task EchoAsync(WebSocketConnection connection)
    {
        await using (connection)
        {
            try
            {
                while (await connection.ReceiveAsync() is { } message)
                {
                    using (message)
                    {
                        await connection.SendAsync(message.Opcode, message.Payload);
                    }
                }
            }
            catch (Exception exception) when (exception is WebSocketProtocolException or WebSocketClosedException)
            {
                // The transcript of the peer says what became of it.
            }
        }
    }

    private static async Task WriteAsync(PipeWriter output, byte[] bytes, int chop)
    {
        for (int at = 0; at < bytes.Length; at += Math.Min(chop, bytes.Length))
        {
            FlushResult result = await output.WriteAsync(bytes.AsMemory(at, Math.Min(chop, bytes.Length - at)));
            if (result.IsCompleted)
            {
                return;
            }
        }
    }

    private static async Task<List<string>> ReadAsync(IDuplexPipe peer, WebSocketRole role)
    {
        List<string> transcript = [];
        using WebSocketFrameReader reader = new(peer.Input, role, new WebSocketFrameOptions { ReservedBits = WebSocketReservedBits.Rsv1 });
        await foreach (WebSocketFrame frame in reader.ReadAllAsync())
        {
            RawFrame raw = new((int)frame.Header.Opcode, frame.Payload.ToArray(), frame.Header.Fin, (int)frame.Header.ReservedBits);
            transcript.Add(raw.ToString());
            if (frame.Header.Opcode == WebSocketOpcode.Close)
            {
                await peer.Output.WriteAsync(RawFrame.Close(1000).ToBytes(masked: role == WebSocketRole.Server));
                await peer.Output.CompleteAsync();
            }
        }

        transcript.Add("end");
        return transcript;
    }
}
