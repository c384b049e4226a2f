using System.Buffers;
using System.Net.Quic;
using System.Runtime.Versioning;

namespace WireProtocols.WebTransport;

/// <summary>
/// The receiving side of one stream. Memory is taken when bytes are there, and the next are read when the last are done with and the stream is not
/// paused: what is not read holds the peer by QUIC's flow control.
/// </summary>
/// <param name="id">The stream.</param>
/// <param name="events">Where what comes is told.</param>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
internal sealed class SystemQuicReceiver(long id, QuicEventQueue events) : IQuicLender
{
    private const int ReadSize = 32 * 1024;

    private readonly Lock _gate = new();
    private QuicStream? _stream;
    private byte[]? _lent;
    private TaskCompletionSource? _turn;
    private long? _stop;
    private bool _isPaused;
    private bool _isDone;

    /// <summary>Reads to the end of the stream.</summary>
    public async Task RunAsync(QuicStream stream)
    {
        long? stop;
        lock (_gate)
        {
            _stream = stream;
            stop = _stop;
        }

        if (stop is { } code)
        {
            SystemQuicErrors.Abort(stream, QuicAbortDirection.Read, code);
            return;
        }

        try
        {
            while (await ReadAsync(stream).ConfigureAwait(false))
            {
            }
        }
        catch (Exception exception) when (SystemQuicErrors.IsEnd(exception))
        {
            if (SystemQuicErrors.GetStreamCode(exception) is { } reset && TryFinish())
            {
                events.TryAdd(new QuicEvent { Kind = QuicEventKind.Reset, StreamId = id, ErrorCode = reset });
            }
        }
    }

    /// <summary>Reads no more. The platform does not tell of the reset that answers this, so it is told here.</summary>
    public void Stop(long errorCode)
    {
        QuicStream? stream;
        lock (_gate)
        {
            if (_isDone)
            {
                return;
            }

            _isDone = true;
            _stop = errorCode;
            stream = _stream;
        }

        if (stream is not null)
        {
            SystemQuicErrors.Abort(stream, QuicAbortDirection.Read, errorCode);
        }

        events.TryAdd(new QuicEvent { Kind = QuicEventKind.Reset, StreamId = id, ErrorCode = errorCode });
        Look();
    }

    public void SetReceiving(bool isReceiving)
    {
        lock (_gate)
        {
            _isPaused = !isReceiving;
        }

        Look();
    }

    /// <summary>Something has changed that reading may wait for.</summary>
    private void Look()
    {
        TaskCompletionSource? turn = null;
        lock (_gate)
        {
            if (_turn is not null && MayRead())
            {
                (turn, _turn) = (_turn, null);
            }
        }

        turn?.SetResult();
    }

    /// <summary>The bytes that were told last are done with.</summary>
    void IQuicLender.Return()
    {
        byte[]? lent;
        lock (_gate)
        {
            (lent, _lent) = (_lent, null);
        }

        if (lent is not null)
        {
            ArrayPool<byte>.Shared.Return(lent);
        }

        Look();
    }

    /// <summary>The caller holds the gate.</summary>
    private bool MayRead() => _isDone || (_lent is null && !_isPaused);

    private async Task<bool> ReadAsync(QuicStream stream)
    {
        // Nothing is held while nothing comes.
        await stream.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
        await WaitForTurnAsync(stream).ConfigureAwait(false);
        byte[] bytes = ArrayPool<byte>.Shared.Rent(ReadSize);
        bool isLent = false;
        try
        {
            int read = await stream.ReadAsync(bytes).ConfigureAwait(false);
            if (read == 0)
            {
                if (TryFinish())
                {
                    events.TryAdd(new QuicEvent { Kind = QuicEventKind.Stream, StreamId = id, EndStream = true });
                }

                return false;
            }

            isLent = TryLend(bytes, read);
            return isLent;
        }
        finally
        {
            if (!isLent)
            {
                ArrayPool<byte>.Shared.Return(bytes);
            }
        }
    }

    /// <returns>False where nobody wants them any more.</returns>
    private bool TryLend(byte[] bytes, int count)
    {
        lock (_gate)
        {
            if (_isDone)
            {
                return false;
            }

            _lent = bytes;
            if (events.TryAdd(new QuicEvent { Kind = QuicEventKind.Stream, StreamId = id, Data = bytes.AsMemory(0, count) }, this))
            {
                return true;
            }

            _lent = null;
            _isDone = true;
            return false;
        }
    }

    private Task WaitForTurnAsync(QuicStream stream)
    {
        lock (_gate)
        {
            if (MayRead())
            {
                return Task.CompletedTask;
            }

            _turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

            // A reset by the peer is not held up by bytes that nobody reads.
            return Task.WhenAny(_turn.Task, stream.ReadsClosed);
        }
    }

    private bool TryFinish()
    {
        lock (_gate)
        {
            bool isFirst = !_isDone;
            _isDone = true;
            return isFirst;
        }
    }
}
