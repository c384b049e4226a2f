using System.Buffers;
using WireProtocols.WebTransport;

namespace WireProtocols.MsQuic;

/// <summary>
/// The receiving side of one stream. What msquic has is copied, one piece at a time, and told to be done with when the piece has been read and the
/// stream is not paused: until then msquic's flow control holds the peer.
/// </summary>
/// <param name="id">The stream.</param>
/// <param name="events">Where what comes is told.</param>
internal sealed unsafe class ReceiveSide(long id, QuicEventQueue events) : IQuicLender
{
    private const int MaxPiece = 64 * 1024;

    private readonly Lock _gate = new();
    private NativeHandle? _handle;
    private byte[]? _lent;
    private ulong _owed;
    private bool _isHeld;
    private bool _isPaused;
    private bool _isDone;

    /// <summary>The stream's handle is there.</summary>
    public void Begin(NativeHandle handle) => _handle = handle;

    /// <summary>Bytes are there.</summary>
    /// <returns>What msquic is to be told.</returns>
    public uint Receive(ref StreamEvent item)
    {
        bool ends = (item.Flags & StreamEvent.FlagFin) != 0;
        if (item.TotalLength == 0)
        {
            End();
            return Status.Success;
        }

        lock (_gate)
        {
            if (_isDone)
            {
                return Status.Success;
            }

            if (!MayReceive())
            {
                item.TotalLength = 0;
                _isHeld = true;
                return Status.Success;
            }

            int count = (int)Math.Min(item.TotalLength, MaxPiece);
            ends &= (ulong)count == item.TotalLength;
            byte[] bytes = ArrayPool<byte>.Shared.Rent(count);
            Copy(item, bytes.AsSpan(0, count));
            if (!events.TryAdd(
                new QuicEvent { Kind = QuicEventKind.Stream, StreamId = id, Data = bytes.AsMemory(0, count), EndStream = ends }, this))
            {
                ArrayPool<byte>.Shared.Return(bytes);
                _isDone = true;
                return Status.Success;
            }

            _lent = bytes;
            _owed = (ulong)count;
            _isHeld = (ulong)count < item.TotalLength;
            _isDone = ends;
            return Status.Pending;
        }
    }

    /// <summary>The peer has finished its side.</summary>
    public void End()
    {
        if (TryFinish())
        {
            events.TryAdd(new QuicEvent { Kind = QuicEventKind.Stream, StreamId = id, EndStream = true });
        }
    }

    /// <summary>The peer has reset its side.</summary>
    public void ResetByPeer(long errorCode)
    {
        if (TryFinish())
        {
            events.TryAdd(new QuicEvent { Kind = QuicEventKind.Reset, StreamId = id, ErrorCode = errorCode });
        }
    }

    /// <summary>Reads no more. msquic does not tell of the reset that answers this, so it is told here.</summary>
    public void Stop(long errorCode)
    {
        if (TryFinish())
        {
            SendSide.Abort(_handle!, Parameter.AbortReceive, errorCode);
            events.TryAdd(new QuicEvent { Kind = QuicEventKind.Reset, StreamId = id, ErrorCode = errorCode });
        }
    }

    public void SetReceiving(bool isReceiving)
    {
        lock (_gate)
        {
            _isPaused = !isReceiving;
        }

        Look();
    }

    /// <summary>Something has changed that receiving may wait for.</summary>
    private void Look()
    {
        ulong owed;
        bool isHeld;
        lock (_gate)
        {
            if (!MayReceive() && !(_isDone && _lent is null))
            {
                return;
            }

            (owed, isHeld) = (_owed, _isHeld);
            (_owed, _isHeld) = (0, false);
        }

        if ((owed > 0 || isHeld) && _handle!.TryUse(out nint stream))
        {
            if (owed > 0)
            {
                MsQuicApi.Get().Table->StreamReceiveComplete(stream, owed);
            }

            if (isHeld)
            {
                MsQuicApi.Get().Table->StreamReceiveSetEnabled(stream, 1);
            }

            _handle.EndUse();
        }
    }

    /// <summary>The piece that was told last is done with.</summary>
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
    private bool MayReceive() => _lent is null && !_isPaused;

    private bool TryFinish()
    {
        lock (_gate)
        {
            bool isFirst = !_isDone;
            _isDone = true;
            return isFirst;
        }
    }

    private static void Copy(in StreamEvent item, Span<byte> target)
    {
        for (uint i = 0; i < item.BufferCount && !target.IsEmpty; i++)
        {
            // In bounds: msquic gives BufferCount buffers, each with Length bytes, and they stay as they are during the callback.
            QuicBuffer buffer = item.Buffers[i];
            ReadOnlySpan<byte> bytes = new(buffer.Bytes, (int)buffer.Length);
            bytes = bytes[..Math.Min(bytes.Length, target.Length)];
            bytes.CopyTo(target);
            target = target[bytes.Length..];
        }
    }
}
