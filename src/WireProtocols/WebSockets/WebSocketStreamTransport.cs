using System.IO.Pipelines;
using System.Net.Sockets;

namespace WireProtocols.WebSockets;

/// <summary>A stream, and the socket under it where there is one, as a duplex pipe. Completing the output half-closes the socket; completing the input closes all.</summary>
internal sealed class WebSocketStreamTransport : IDuplexPipe
{
    // With zero-byte reads an idle connection holds no buffer.
    private static readonly StreamPipeReaderOptions ReaderOptions = new(bufferSize: 16 * 1024, useZeroByteReads: true);
    private static readonly StreamPipeWriterOptions WriterOptions = new(leaveOpen: true);

    public WebSocketStreamTransport(Stream stream, Socket? socket)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Input = PipeReader.Create(stream, ReaderOptions);
        PipeWriter output = PipeWriter.Create(stream, WriterOptions);
        Output = socket is null ? output : new HalfClosingWriter(output, socket);
    }

    /// <summary>A bare stream has no half to close.</summary>
    public bool CanHalfClose => Output is HalfClosingWriter;

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    private sealed class HalfClosingWriter(PipeWriter inner, Socket socket) : PipeWriter
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
            EndSending();
        }

        private void EndSending()
        {
            try
            {
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The peer, or the input, was faster.
            }
        }
    }
}
