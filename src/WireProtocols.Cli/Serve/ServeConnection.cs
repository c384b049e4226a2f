using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.Serve.Watch;

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
    private readonly Pipe _queue;
    private readonly TappedReader _input;
    private readonly ServeOutput _output;
    private readonly Task _sending;
    private readonly PendingBytes _pending;
    private bool _sent;
    private WireTap? _tap;

    public ServeConnection(ConnectionContext context, ServeSettings settings, PendingBudget budget)
    {
        _context = context;
        _settings = settings;
        _pending = new PendingBytes(budget);
        _queue = new Pipe(new PipeOptions(
            pauseWriterThreshold: settings.MaxPending,
            resumeWriterThreshold: settings.MaxPending / 2,
            useSynchronizationContext: false));
        _input = new TappedReader(context.Transport.Input);
        _output = new ServeOutput(_queue.Writer, _pending);
        _sending = SendAsync();
    }

    public PipeReader Input => _input;

    /// <summary>The queue. When it is completed and all of it is sent, the sending half of the socket is shut.</summary>
    public PipeWriter Output => _output;

    /// <summary>Who watches the bytes of the request under way; null for nobody.</summary>
    public WireTap? Tap
    {
        get => _tap;
        set
        {
            _tap = value;
            _input.Tap = value is null ? null : value.Received;
        }
    }

    /// <summary>Whether a flush waits until the peer has read all of it, and not only until there is room in the queue.</summary>
    public bool FlushesToPeer
    {
        get => _pending.FlushesToPeer;
        set => _pending.FlushesToPeer = value;
    }

    /// <summary>Sends what has been written; waits only when too much waits for the peer already.</summary>
    /// <exception cref="ConnectionResetException">The peer is gone.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        // A WebSocket that has ended has ended the connection with it.
        if (!_output.IsCompleted && (await Output.FlushAsync(cancellationToken)).IsCompleted)
        {
            throw new ConnectionResetException("The peer is gone.");
        }
    }

    /// <summary>Ends the connection as the peer expects it, within <see cref="ServeSettings.CloseTimeout"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        await Output.CompleteAsync();
        using CancellationTokenSource timeout = new(_settings.CloseTimeout, _settings.Time);
        try
        {
            await _sending.WaitAsync(timeout.Token);
            await DropInputAsync(timeout.Token);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
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

                _tap?.Sent(sent);
                FlushResult flushed = await socket.FlushAsync();
                bool all = sent.Length == read.Buffer.Length;
                long count = sent.Length;
                queue.AdvanceTo(sent.End);
                _pending.Settle(count);
                _sent = read.IsCompleted && all;
                goOn = !flushed.IsCompleted && !_sent;
            }

            if (_sent)
            {
                _context.Features.Get<IConnectionSocketFeature>()?.Socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            // The peer is gone; whoever writes learns it at the next flush.
            _sent = false;
        }
        finally
        {
            await queue.CompleteAsync();
            _pending.End();
        }
    }

    private async Task DropInputAsync(CancellationToken cancellationToken)
    {
        if (!_sent)
        {
            throw new ConnectionResetException("The peer is gone.");
        }

        // Whoever completed the input has done this already.
        while (!_input.IsCompleted)
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
