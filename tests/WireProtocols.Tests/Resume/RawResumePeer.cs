using System.Buffers;
using WireProtocols.Benchmarks.Soak.Resume;
using WireProtocols.Resume;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.Resume;

/// <summary>A client that sends whichever frames a test wants, over a WebSocket in memory.</summary>
public sealed class RawResumePeer : IAsyncDisposable
{
    /// <summary>Far more than anything here takes.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly WebSocketConnection _socket;

    public RawResumePeer(ResumeServer server)
    {
        TroubleNetwork network = new();
        WebSocketConnectionOptions options = new() { CloseTimeout = TimeSpan.FromSeconds(1) };
        _socket = new(network.Client, WebSocketRole.Client, options, subprotocol: WebSocketResumeConnection.Subprotocol);
        WebSocketConnection other = new(network.Server, WebSocketRole.Server, options, subprotocol: WebSocketResumeConnection.Subprotocol);
        Served = server.RunAsync(other);
    }

    /// <summary>The server's part.</summary>
    public Task Served { get; }

    /// <summary>How the WebSocket was closed.</summary>
    public WebSocketCloseCode? CloseCode => _socket.CloseCode;

    public async Task SendAsync(OwnedResumeFrame frame)
    {
        ArrayBufferWriter<byte> bytes = new();
        ResumeFrames.Write(bytes, frame.Lend());
        await SendAsync(WebSocketOpcode.Binary, bytes.WrittenMemory);
    }

    public async Task SendAsync(WebSocketOpcode opcode, ReadOnlyMemory<byte> payload) => await _socket.SendAsync(opcode, payload);

    /// <summary>The next frame; null where the connection is closed.</summary>
    public async Task<OwnedResumeFrame?> ReceiveAsync()
    {
        using OwnedWebSocketMessage? message = await _socket.ReceiveAsync().AsTask().WaitAsync(Patience);
        if (message is null)
        {
            return null;
        }

        Assert.Equal(OperationStatus.Done, ResumeFrameParser.Parse(message.Payload.Span, out ResumeFrame frame, out _, out _));
        return frame.ToOwned();
    }

    /// <summary>Sends HELLO and takes WELCOME.</summary>
    public async Task<OwnedResumeFrame> OpenAsync(ResumeSessionId id = default, long received = 0)
    {
        await SendAsync(ResumeFrames.Hello(id, received).ToOwned());
        OwnedResumeFrame welcome = (await ReceiveAsync())!;
        Assert.Equal(ResumeFrameType.Welcome, welcome.Type);
        return welcome;
    }

    public ValueTask DisposeAsync() => _socket.DisposeAsync();
}
