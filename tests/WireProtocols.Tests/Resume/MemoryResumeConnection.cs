using System.Buffers;
using System.Threading.Channels;
using WireProtocols.Resume;

namespace WireProtocols.Tests.Resume;

/// <summary>One end of a connection in memory. The other end is as like a peer that a test plays by hand.</summary>
internal sealed class MemoryResumeConnection : IResumeConnection
{
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly ChannelReader<byte[]> _input;
    private readonly ChannelWriter<byte[]> _output;
    private readonly TaskCompletionSource<ResumeCloseReason?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private MemoryResumeConnection(ChannelReader<byte[]> input, ChannelWriter<byte[]> output)
    {
        _input = input;
        _output = output;
    }

    /// <summary>Is told of each frame that this end has sent, before the call that sends it completes.</summary>
    public Action<OwnedResumeFrame>? HasSent { get; set; }

    /// <summary>How this end was closed; null where it was dropped.</summary>
    public Task<ResumeCloseReason?> Closed => _closed.Task;

    public static (MemoryResumeConnection One, MemoryResumeConnection Other) CreatePair()
    {
        UnboundedChannelOptions inline = new() { AllowSynchronousContinuations = true };
        Channel<byte[]> there = Channel.CreateUnbounded<byte[]>(inline);
        Channel<byte[]> back = Channel.CreateUnbounded<byte[]>(inline);
        return (new MemoryResumeConnection(back.Reader, there.Writer), new MemoryResumeConnection(there.Reader, back.Writer));
    }

    /// <summary>An end whose peer is a server.</summary>
    public static MemoryResumeConnection Connect(ResumeServer server) => Connect(server, out _, out _);

    public static MemoryResumeConnection Connect(ResumeServer server, out MemoryResumeConnection atServer, out Task running)
    {
        (MemoryResumeConnection client, atServer) = CreatePair();
        running = server.RunAsync(atServer);
        return client;
    }

    public ValueTask SendAsync(ReadOnlyMemory<byte> frame, bool flush, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_output.TryWrite(frame.ToArray()))
        {
            throw new IOException("The connection is closed.");
        }

        HasSent?.Invoke(ResumeLink.Parse(frame.Span));
        return default;
    }

    public ValueTask FlushAsync(CancellationToken cancellationToken) => default;

    public async ValueTask<bool> ReceiveAsync(IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        while (await _input.WaitToReadAsync(cancellationToken))
        {
            if (_input.TryRead(out byte[]? frame))
            {
                output.Write(frame);
                return true;
            }
        }

        return false;
    }

    public ValueTask CloseAsync(ResumeCloseReason reason)
    {
        _closed.TrySetResult(reason);
        _output.TryComplete();
        return default;
    }

    public void Abort()
    {
        _closed.TrySetResult(null);
        _output.TryComplete();
    }

    public ValueTask DisposeAsync()
    {
        Abort();
        return default;
    }

    /// <summary>Sends a frame.</summary>
    public void Say(ResumeFrame frame)
    {
        ArrayBufferWriter<byte> bytes = new();
        ResumeFrames.Write(bytes, frame);
        Assert.True(_output.TryWrite(bytes.WrittenSpan.ToArray()));
    }

    /// <summary>The next frame; null at the end.</summary>
    public async Task<OwnedResumeFrame?> HearAsync()
    {
        ArrayBufferWriter<byte> bytes = new();
        return await ReceiveAsync(bytes, default).AsTask().WaitAsync(Patience) ? ResumeLink.Parse(bytes.WrittenSpan) : null;
    }

    /// <summary>The next frame that is no ACK, which may come at any time.</summary>
    public async Task<OwnedResumeFrame?> HearOtherAsync()
    {
        OwnedResumeFrame? frame;
        do
        {
            frame = await HearAsync();
        }
        while (frame?.Type == ResumeFrameType.Ack);
        return frame;
    }

    /// <summary>Says HELLO, and reads WELCOME.</summary>
    public async Task<OwnedResumeFrame> GreetAsync(ResumeSessionId session = default, long received = 0)
    {
        Say(ResumeFrames.Hello(session, received));
        OwnedResumeFrame? welcome = await HearAsync();
        Assert.Equal(ResumeFrameType.Welcome, welcome?.Type);
        return welcome!;
    }

    /// <summary>The types of all frames until the end.</summary>
    public async Task<List<ResumeFrameType>> HearAllAsync()
    {
        List<ResumeFrameType> types = [];
        while (await HearAsync() is { } frame)
        {
            types.Add(frame.Type);
        }

        return types;
    }
}
