using System.Buffers;
using System.IO.Pipelines;
using System.Net.Quic;

namespace WireProtocols.WebTransport;

/// <content>What is to be sent on a stream.</content>
public sealed partial class SystemQuicCarrier
{
    /// <summary>What is to be sent on a stream waits in a pipe for the stream to take it.</summary>
    private sealed class CarriedStream
    {
        private readonly Task<QuicStream> _stream;
        private readonly Pipe _pipe = new();
        private readonly Lock _gate = new();
        private bool _done;

        public CarriedStream(Task<QuicStream> stream)
        {
            _stream = stream;
            _ = PumpAsync();
        }

        public void Write(ReadOnlySpan<byte> data, bool endStream)
        {
            lock (_gate)
            {
                if (_done)
                {
                    return;
                }

                _pipe.Writer.Write(data);
                _done = endStream;
                if (endStream)
                {
                    _pipe.Writer.Complete();
                }
            }
        }

        public ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken)
        {
            lock (_gate)
            {
                return _done ? default : _pipe.Writer.FlushAsync(cancellationToken);
            }
        }

        public void Abort(QuicAbortDirection direction, long errorCode)
        {
            lock (_gate)
            {
                if (direction == QuicAbortDirection.Write && !_done)
                {
                    // What waits is not sent, nor the stream finished.
                    _done = true;
                    _pipe.Writer.Complete(new OperationCanceledException());
                }
            }

            _ = AbortAsync(direction, errorCode);
        }

        private async Task AbortAsync(QuicAbortDirection direction, long errorCode)
        {
            try
            {
                (await _stream.ConfigureAwait(false)).Abort(direction, errorCode);
            }
            catch (Exception exception) when (IsEnd(exception))
            {
                // It is over already.
            }
        }

        private async Task PumpAsync()
        {
            try
            {
                QuicStream stream = await _stream.ConfigureAwait(false);
                if (stream.CanWrite)
                {
                    await _pipe.Reader.CopyToAsync(stream).ConfigureAwait(false);
                    stream.CompleteWrites();
                }
            }
            catch (Exception exception) when (IsEnd(exception))
            {
                // The stream or the connection is over.
            }

            await _pipe.Reader.CompleteAsync().ConfigureAwait(false);
        }
    }
}
