using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// A connection whose output waits in a bounded queue of its own. So an echo goes on while its peer is still busy sending, and the end of the
/// output is known: everything sent, the sending half of the socket shut, the rest of the input read and dropped, so that no reset overtakes the
/// last bytes.
/// </summary>
internal sealed class ServeConnection : IDuplexPipe, IAsyncDisposable
{
    private const int SendSize = 64 * 1024;

    private readonly ConnectionContext _context;
    private readonly ServeSettings _settings;
    private readonly PendingBudget _budget;
    private readonly Pipe _queue;
    private readonly Task _sending;
    private readonly Lock _lock = new();
    private long _pending;
    private bool _ended;
    private TaskCompletionSource? _drained;

    public ServeConnection(ConnectionContext context, ServeSettings settings, PendingBudget budget)
    {
        _context = context;
        _settings = settings;
        _budget = budget;
        _queue = new Pipe(new PipeOptions(
            pauseWriterThreshold: settings.MaxPending,
            resumeWriterThreshold: settings.MaxPending / 2,
            useSynchronizationContext: false));
        _sending = SendAsync();
    }

    public PipeReader Input => _context.Transport.Input;

    /// <summary>The queue. Flush with <see cref="FlushAsync"/>, which keeps the books.</summary>
    public PipeWriter Output => _queue.Writer;

    /// <summary>Sends what has been written; waits only when too much waits for the peer already.</summary>
    /// <exception cref="ConnectionResetException">The peer is gone.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        Enter(Output.UnflushedBytes);
        FlushResult result = await Output.FlushAsync(cancellationToken);
        if (result.IsCompleted)
        {
            throw new ConnectionResetException("The peer is gone.");
        }

        if (_budget.IsExhausted)
        {
            await WaitUntilDrainedAsync().WaitAsync(cancellationToken);
        }
    }

    /// <summary>Ends the connection as the peer expects it, within <see cref="ServeSettings.CloseTimeout"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await _queue.Writer.CompleteAsync();
        using CancellationTokenSource timeout = new(_settings.CloseTimeout, _settings.Time);
        try
        {
            await _sending.WaitAsync(timeout.Token);
            _context.Features.Get<IConnectionSocketFeature>()?.Socket.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            await DropInputAsync(timeout.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or System.Net.Sockets.SocketException or ObjectDisposedException)
        {
            // Gone, or too slow.
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
        PipeWriter socket = _context.Transport.Output;
        try
        {
            bool goOn = true;
            while (goOn)
            {
                ReadResult read = await queue.ReadAsync();
                ReadOnlySequence<byte> sent = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, SendSize));
                foreach (ReadOnlyMemory<byte> segment in sent)
                {
                    socket.Write(segment.Span);
                }

                FlushResult flushed = await socket.FlushAsync();
                bool all = sent.Length == read.Buffer.Length;
                long count = sent.Length;
                queue.AdvanceTo(sent.End);
                Settle(count);
                goOn = !flushed.IsCompleted && !(read.IsCompleted && all);
            }
        }
        catch (IOException)
        {
            // The peer is gone; whoever writes learns it at the next flush.
        }
        finally
        {
            await queue.CompleteAsync();
            End();
        }
    }

    private void Enter(long count)
    {
        lock (_lock)
        {
            if (!_ended)
            {
                _pending += count;
                _budget.Add(count);
            }
        }
    }

    private void Settle(long count)
    {
        lock (_lock)
        {
            _pending -= count;
            _budget.Add(-count);
            if (_pending == 0)
            {
                _drained?.TrySetResult();
                _drained = null;
            }
        }
    }

    private void End()
    {
        lock (_lock)
        {
            _ended = true;
        }

        Settle(_pending);
    }

    private Task WaitUntilDrainedAsync()
    {
        lock (_lock)
        {
            if (_pending == 0)
            {
                return Task.CompletedTask;
            }

            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    private async Task DropInputAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await Input.ReadAsync(cancellationToken);
            Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
