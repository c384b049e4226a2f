using System.Net.Quic;
using System.Runtime.Versioning;

namespace WireProtocols.WebTransport;

/// <summary>
/// The sending side of one stream: what waits for it, and the one writer that takes it there. While nothing waits it holds no memory and no
/// writer runs.
/// </summary>
/// <param name="id">The stream.</param>
/// <param name="limit">How much may wait before there is no room.</param>
/// <param name="events">Where it is told that there is room again, or that the peer does not read any more.</param>
/// <param name="all">What waits on all streams.</param>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
internal sealed class SystemQuicSender(long id, int limit, QuicEventQueue events, QuicConnectionRoom all)
{
    private readonly Lock _gate = new();
    private readonly WaitingBytes _waiting = new();
    private QuicStream? _stream;
    private int _underWay;
    private long? _reset;
    private bool _ends;
    private bool _isDone;
    private bool _isWriting;
    private bool _isFull;
    private TaskCompletionSource? _idle;

    public long Room
    {
        get
        {
            lock (_gate)
            {
                return _isDone ? long.MaxValue : Math.Max(0, limit - _waiting.Count - _underWay);
            }
        }
    }

    /// <summary>Waits until all that was sent has been given to the stream, or is not sent any more.</summary>
    public Task WhenIdleAsync()
    {
        lock (_gate)
        {
            if (!_isWriting && _waiting.Count == 0 && !_ends)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    /// <summary>The stream is open: what waits goes out.</summary>
    public void Begin(QuicStream stream)
    {
        long? reset;
        bool write = false;
        lock (_gate)
        {
            _stream = stream;
            reset = _reset;
            if (reset is null)
            {
                write = TryBeginWriting();
            }
        }

        if (reset is { } code)
        {
            SystemQuicErrors.Abort(stream, QuicAbortDirection.Write, code);
        }
        else if (write)
        {
            _ = WriteAsync(stream);
        }
    }

    public void Send(ReadOnlySpan<byte> data, bool endStream)
    {
        bool write;
        lock (_gate)
        {
            if (_isDone)
            {
                return;
            }

            _waiting.Append(data, limit);
            all.Add(data.Length);
            _isDone = _ends = endStream;
            _isFull |= _waiting.Count + _underWay >= limit;
            write = TryBeginWriting();
        }

        if (write)
        {
            _ = WriteAsync(_stream!);
        }
    }

    /// <summary>What waits is not sent, nor the stream finished.</summary>
    public void Reset(long errorCode)
    {
        QuicStream? stream;
        lock (_gate)
        {
            if (_reset is not null)
            {
                return;
            }

            _isDone = true;
            _ends = false;
            _reset = errorCode;
            Drop();
            stream = _stream;
        }

        if (stream is not null)
        {
            SystemQuicErrors.Abort(stream, QuicAbortDirection.Write, errorCode);
        }
    }

    /// <summary>The peer does not read any more, or the connection is over.</summary>
    /// <param name="stopCode">The code of the peer's STOP_SENDING, or null.</param>
    public void Fail(long? stopCode)
    {
        bool isNews;
        lock (_gate)
        {
            isNews = !_isDone && stopCode is not null;
            _isDone = true;
            _ends = false;
            Drop();
        }

        if (isNews)
        {
            events.TryAdd(new QuicEvent { Kind = QuicEventKind.StopSending, StreamId = id, ErrorCode = stopCode.GetValueOrDefault() });
        }
    }

    private void Drop()
    {
        all.Add(-_waiting.Count);
        _waiting.Clear();
        EndWaitIfIdle();
    }

    private void EndWaitIfIdle()
    {
        if (!_isWriting)
        {
            _idle?.SetResult();
            _idle = null;
        }
    }

    private bool TryBeginWriting()
    {
        if (_isWriting || _stream is null || (_waiting.Count == 0 && !_ends))
        {
            return false;
        }

        return _isWriting = true;
    }

    private async Task WriteAsync(QuicStream stream)
    {
        try
        {
            while (TryTake(out byte[] bytes, out int count, out bool ends))
            {
                try
                {
                    if (count > 0)
                    {
                        await stream.WriteAsync(bytes.AsMemory(0, count), completeWrites: ends).ConfigureAwait(false);
                    }
                    else
                    {
                        stream.CompleteWrites();
                    }
                }
                finally
                {
                    Left(bytes, count);
                }
            }
        }
        catch (Exception exception) when (SystemQuicErrors.IsEnd(exception))
        {
            // Whoever watches the stream or the connection tells why.
            lock (_gate)
            {
                _isWriting = false;
            }

            Fail(null);
        }
    }

    private bool TryTake(out byte[] bytes, out int count, out bool ends)
    {
        lock (_gate)
        {
            (bytes, count) = _waiting.Take();
            ends = _ends;
            _underWay = count;
            _ends = false;
            _isWriting = count > 0 || ends;
            EndWaitIfIdle();
            return _isWriting;
        }
    }

    private void Left(byte[] bytes, int count)
    {
        bool tell;
        lock (_gate)
        {
            _underWay = 0;
            tell = _isFull && 2L * _waiting.Count < limit;
            _isFull &= !tell;
            tell &= !_isDone;
        }

        WaitingBytes.Return(bytes);
        all.Add(-count);
        if (tell)
        {
            events.TryAdd(new QuicEvent { Kind = QuicEventKind.Writable, StreamId = id });
        }
    }
}
