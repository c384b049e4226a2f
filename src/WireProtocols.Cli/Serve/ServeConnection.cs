using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using WireProtocols.Buffers;
using WireProtocols.Cli.Serve.Watch;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// The transport of one client. Its output waits in a bounded queue of its own, so an echo goes on while its peer is still busy sending; and when
/// the output is complete and all of it is sent, the sending half of the socket is shut.
/// </summary>
internal sealed class ServeConnection : IWireTransport
{
    private const int SendSize = 64 * 1024;

    private readonly ConnectionContext _context;
    private readonly TimeSpan _closeTimeout;
    private readonly TimeProvider _time;
    private readonly Pipe _queue;
    private readonly WatchedReader _input;
    private readonly ServeOutput _output;
    private readonly Task _sending;
    private readonly PendingBytes _pending;
    private RequestEnd? _requestEnd;
    private long _writesBegun;
    private int _disposed;

    public ServeConnection(ConnectionContext context, ServeSettings settings, MemoryBudget budget)
    {
        _context = context;
        _closeTimeout = settings.CloseTimeout;
        _time = settings.Time;
        _pending = new PendingBytes(budget);
        _queue = new Pipe(new PipeOptions(
            pauseWriterThreshold: settings.MaxPending,
            resumeWriterThreshold: settings.MaxPending / 2,
            useSynchronizationContext: false));
        _input = new WatchedReader(context.Transport.Input);
        _output = new ServeOutput(_queue.Writer, _pending);
        _sending = SendAsync();
    }

    public PipeReader Input => _input;

    /// <summary>The queue.</summary>
    public PipeWriter Output => _output;

    public bool CanHalfClose => true;

    public long WritesBegun => Interlocked.Read(ref _writesBegun);

    /// <summary>Whether a flush waits until the peer has read all of it, and not only until there is room in the queue.</summary>
    public bool FlushesToPeer
    {
        get => _pending.FlushesToPeer;
        set => _pending.FlushesToPeer = value;
    }

    /// <summary>Shows the bytes of a request and of what answers it.</summary>
    /// <param name="tap">Who watches; null for nobody.</param>
    /// <param name="end">Where the request ends.</param>
    public void Watch(WireTap? tap, RequestEnd? end)
    {
        _requestEnd = end;
        _input.Watch(tap, end);
        _output.Watch(tap);
    }

    /// <summary>The request that is watched has been answered.</summary>
    public void StopShowingOutput() => _output.Watch(null);

    /// <summary>The request has become another protocol: all that comes from here on is part of it.</summary>
    public void WatchAll() => _requestEnd?.Open();

    public void Abort() => _context.Abort();

    /// <summary>Sends what is queued, within <see cref="ServeSettings.CloseTimeout"/>, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1)
        {
            return;
        }

        await Output.CompleteAsync();
        try
        {
            await _sending.WaitAsync(_closeTimeout, _time);
        }
        catch (TimeoutException)
        {
            _context.Abort();
        }

        await _sending;
        await Input.CompleteAsync();
        await _context.Transport.Output.CompleteAsync();
        await _context.DisposeAsync();
    }

    private async Task SendAsync()
    {
        PipeReader queue = _queue.Reader;
        try
        {
            bool goesOn = true;
            while (goesOn)
            {
                ReadResult read = await queue.ReadAsync();
                goesOn = await SendAsync(queue, read);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // The peer is gone; whoever writes learns it at the next flush.
        }
        finally
        {
            await queue.CompleteAsync();
            _pending.End();
        }
    }

    /// <returns>Whether there may be more to send.</returns>
    private async ValueTask<bool> SendAsync(PipeReader queue, ReadResult read)
    {
        PipeWriter socket = _context.Transport.Output;
        ReadOnlySequence<byte> sent = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, SendSize));
        foreach (ReadOnlyMemory<byte> segment in sent)
        {
            socket.Write(segment.Span);
        }

        Interlocked.Increment(ref _writesBegun);
        FlushResult flushed = await socket.FlushAsync();
        bool isLast = read.IsCompleted && sent.Length == read.Buffer.Length;
        long count = sent.Length;
        queue.AdvanceTo(sent.End);
        _pending.Settle(count);
        if (isLast && !flushed.IsCompleted)
        {
            _context.Features.Get<IConnectionSocketFeature>()?.Socket.Shutdown(SocketShutdown.Send);
        }

        return !isLast && !flushed.IsCompleted;
    }
}
