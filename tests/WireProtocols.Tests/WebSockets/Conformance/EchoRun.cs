using System.IO.Pipelines;
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
        WebSocketRole role, IEnumerable<RawFrame> frames, int chop = int.MaxValue, WebSocketDeflateParameters? deflate = null,
        WebSocketConnectionOptions? options = null)
        => await PlayAsync(role, Join(frames, role), chop, deflate, options);

    /// <summary>The same with bytes that need not be frames.</summary>
    public static async Task<IReadOnlyList<string>> PlayAsync(
        WebSocketRole role, byte[] bytes, int chop = int.MaxValue, WebSocketDeflateParameters? deflate = null,
        WebSocketConnectionOptions? options = null)
    {
        (IDuplexPipe ours, IDuplexPipe peer) = DuplexPipes.Create();
        WebSocketConnection connection = new(ours, role, options, deflate);
        Task echoing = EchoAsync(connection);
        Task writing = WriteAsync(peer.Output, bytes, chop);
        Task<List<string>> reading = ReadAsync(peer, role, writing);
        await writing.WaitAsync(Patience);
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

    private static async Task<List<string>> ReadAsync(IDuplexPipe peer, WebSocketRole role, Task writing)
    {
        List<string> transcript = [];
        using WebSocketFrameReader reader = new(peer.Input, role, new WebSocketFrameOptions { ReservedBits = WebSocketReservedBits.Rsv1 });
        await foreach (OwnedWebSocketFrame frame in reader.ReadAllAsync())
        {
            transcript.Add(Note(frame).ToString());
            if (frame.Header.Opcode == WebSocketOpcode.Close)
            {
                // The last flush of the frames may not have come back yet, and a pipe has one writer.
                await writing;
            }

            await AnswerCloseAsync(frame, peer, role);
        }

        transcript.Add("end");
        return transcript;
    }

    private static RawFrame Note(OwnedWebSocketFrame frame)
        => new((int)frame.Header.Opcode, frame.Payload.ToArray(), frame.Header.Fin, (int)frame.Header.ReservedBits);

    private static async Task AnswerCloseAsync(OwnedWebSocketFrame frame, IDuplexPipe peer, WebSocketRole role)
    {
        if (frame.Header.Opcode == WebSocketOpcode.Close)
        {
            await peer.Output.WriteAsync(RawFrame.Close(1000).ToBytes(masked: role == WebSocketRole.Server));
            await peer.Output.CompleteAsync();
        }
    }

    private static byte[] Join(IEnumerable<RawFrame> frames, WebSocketRole role)
    {
        MemoryStream bytes = new();
        foreach (RawFrame frame in frames)
        {
            bytes.Write(frame.ToBytes(masked: role == WebSocketRole.Server));
        }

        return bytes.ToArray();
    }
}
