using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;

namespace WireProtocols.WebSockets;

/// <summary>
/// A socket, or a stream with the socket under it, as the duplex pipe of a connection. Completing the output half-closes the socket, behind the end of
/// the TLS session where there is one; completing the input closes all. While it waits for input it holds no buffer.
/// </summary>
public sealed class WebSocketTransport : IDuplexPipe
{
    // What one read brings is worth one write: 32 messages of 16 KiB take 32 of each with a quarter of this. Both buffers are pooled, and held
    // only while there is something in them.
    private const int BufferSize = 64 * 1024;

    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: BufferSize, useZeroByteReads: true);
    private static readonly StreamPipeWriterOptions WriterOptions = new(minimumBufferSize: BufferSize, leaveOpen: true);

    /// <summary>Takes over a connected socket.</summary>
    public WebSocketTransport(Socket socket)
        : this(new NetworkStream(socket, ownsSocket: true), socket)
    {
    }

    /// <summary>Takes over a stream.</summary>
    /// <param name="stream">The stream; completing the input disposes it.</param>
    /// <param name="socket">The socket under it, to half-close; null where there is none or it has another owner.</param>
    public WebSocketTransport(Stream stream, Socket? socket = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Input = PipeReader.Create(stream, ReaderOptions);
        PipeWriter output = PipeWriter.Create(stream, WriterOptions);
        Output = socket is null && stream is not SslStream ? output : new EndingWriter(output, stream as SslStream, socket);
        CanHalfClose = socket is not null;
    }

    /// <summary>A bare stream has no half to close.</summary>
    internal bool CanHalfClose { get; }

    /// <inheritdoc/>
    public PipeReader Input { get; }

    /// <inheritdoc/>
    public PipeWriter Output { get; }

    private sealed class EndingWriter(PipeWriter inner, SslStream? session, Socket? socket) : PipeWriter
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
            EndSending();
        }

        public override async ValueTask CompleteAsync(Exception? exception = null)
        {
            await inner.CompleteAsync(exception).ConfigureAwait(false);
            if (session is not null && exception is null)
            {
                await EndSessionAsync(session).ConfigureAwait(false);
            }

            EndSending();
        }

        /// <summary>"... a method that cleanly closes the TCP connection, as well as the TLS session, if applicable" (§7.1.1).</summary>
        private static async Task EndSessionAsync(SslStream session)
        {
            try
            {
                await session.ShutdownAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (WebSocketConnection.IsTransportFailure(exception))
            {
                // The peer, or the input, was faster.
            }
        }

        private void EndSending()
        {
            try
            {
                socket?.Shutdown(SocketShutdown.Send);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The peer, or the input, was faster.
            }
        }
    }
}
