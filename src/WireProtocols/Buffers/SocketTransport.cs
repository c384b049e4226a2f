using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;

namespace WireProtocols.Buffers;

/// <summary>
/// A socket (TCP or Unix), a stream with a socket under it (TLS), or any stream, as the duplex pipe of an endpoint. Completing the output half-closes
/// the socket, behind the end of the TLS session where there is one; completing the input closes all. While it waits for input it holds no buffer.
/// </summary>
public sealed class SocketTransport : IWireTransport
{
    // What one read brings is worth one write: 32 messages of 16 KiB take 32 of each with a quarter of this. Both buffers are pooled, and held
    // only while there is something in them.
    private const int BufferSize = 64 * 1024;

    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: BufferSize, useZeroByteReads: true);
    private static readonly StreamPipeWriterOptions WriterOptions = new(minimumBufferSize: BufferSize, leaveOpen: true);

    private readonly Stream? _stream;
    private readonly Socket? _socket;
    private readonly IWireTransport? _under;
    private readonly CountedStream? _counted;
    private readonly SocketOutput? _output;

    /// <summary>Takes over a connected socket, which becomes non-blocking.</summary>
    public SocketTransport(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        _socket = socket;
        _output = new SocketOutput(socket);
        Input = new SocketInput(socket);
        Output = _output;
    }

    /// <summary>Takes over a stream.</summary>
    /// <param name="stream">The stream; completing the input disposes it.</param>
    /// <param name="socket">The socket under it, to half-close and to drop; null where there is none or it has another owner.</param>
    public SocketTransport(Stream stream, Socket? socket = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        _stream = stream;
        _socket = socket;
        Input = PipeReader.Create(stream, ReaderOptions);
        _counted = new CountedStream(stream);
        PipeWriter output = PipeWriter.Create(_counted, WriterOptions);
        Output = socket is null && stream is not SslStream
            ? output
            : new EndingWriter(output, stream as SslStream, socket is null ? null : EndSending);
    }

    /// <summary>Takes over a stream that stands on another transport, such as a TLS session.</summary>
    /// <param name="stream">The stream; completing the input disposes it.</param>
    /// <param name="under">What is under it, to half-close and to drop.</param>
    public SocketTransport(Stream stream, IWireTransport under)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(under);
        _stream = stream;
        _under = under;
        Input = PipeReader.Create(stream, ReaderOptions);
        _counted = new CountedStream(stream);
        Output = new EndingWriter(PipeWriter.Create(_counted, WriterOptions), stream as SslStream, () => under.Output.Complete());
    }

    /// <summary>True where it has a socket: a bare stream has no half to close.</summary>
    public bool CanHalfClose => _socket is not null || _under is { CanHalfClose: true };

    /// <inheritdoc/>
    public long WritesBegun => _output?.WritesBegun ?? _counted!.WritesBegun;

    /// <inheritdoc/>
    public long MaxPending
    {
        get => _output?.MaxPending ?? 0;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            SocketOutput.MaxPending = value;
        }
    }

    /// <summary>What may wait for the peers of all transports that share it; null for no bound beside <see cref="MaxPending"/>.</summary>
    /// <exception cref="InvalidOperationException">The transport is a stream.</exception>
    public MemoryBudget? Budget
    {
        get => _output?.Budget;
        init => SocketOutput.Budget = value;
    }

    /// <inheritdoc/>
    public PipeReader Input { get; }

    /// <inheritdoc/>
    public PipeWriter Output { get; }

    /// <summary>Closes the socket with a reset, so that nothing that the peer does
    /// not read keeps it alive; where there is none, disposes the stream.</summary>
    public void Abort()
    {
        try
        {
            if (_under is not null)
            {
                _under.Abort();
            }
            else if (_socket is null)
            {
                _stream!.Dispose();
            }
            else
            {
                _socket.Close(timeout: 0);
            }
        }
        catch (Exception)
        {
            // A stream of the caller's may throw what it likes; there is nobody to hear it, and nothing left to be done.
        }
    }

    /// <summary>Sends what is written, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await Output.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException or OperationCanceledException)
        {
            // The peer, or the other side of this end, was faster.
        }

        await Input.CompleteAsync().ConfigureAwait(false);
    }

    private SocketOutput SocketOutput => _output ?? throw new InvalidOperationException("Only a socket without a stream has a queue of its own.");

    private void EndSending()
    {
        try
        {
            _socket!.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The peer, or the input, was faster.
        }
    }

    private sealed class EndingWriter(PipeWriter inner, SslStream? session, Action? endSending) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
            => inner.WriteAsync(source, cancellationToken);

        public override void Complete(Exception? exception = null)
        {
            inner.Complete(exception);
            endSending?.Invoke();
        }

        public override async ValueTask CompleteAsync(Exception? exception = null)
        {
            await inner.CompleteAsync(exception).ConfigureAwait(false);
            if (session is not null && exception is null)
            {
                await EndSessionAsync(session).ConfigureAwait(false);
            }

            endSending?.Invoke();
        }

        /// <summary>A peer tells the end of a TLS session from one that was cut by the alert that stands before it (RFC 8446 §6.1).</summary>
        private static async Task EndSessionAsync(SslStream session)
        {
            try
            {
                await session.ShutdownAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is IOException or InvalidOperationException or OperationCanceledException)
            {
                // The peer, or the input, was faster.
            }
        }
    }
}
