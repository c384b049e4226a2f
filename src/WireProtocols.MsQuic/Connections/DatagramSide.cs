using WireProtocols.WebTransport;

namespace WireProtocols.MsQuic;

/// <summary>The datagrams of a connection, out and in.</summary>
internal sealed unsafe class DatagramSide(int limit, QuicEventQueue events)
{
    /// <summary><c>QUIC_DATAGRAM_SEND_SENT</c> and what comes after it: the memory is done with.</summary>
    private const uint Sent = 1;

    private int _maxSize = -1;
    private int _waiting;

    /// <summary>The largest that can be sent, or 0.</summary>
    public int MaxSize => Math.Max(0, Volatile.Read(ref _maxSize));

    /// <summary>True where it is known whether and how much can be sent.</summary>
    public bool IsKnown => Volatile.Read(ref _maxSize) >= 0;

    public void Change(bool isEnabled, int maxSize) => Volatile.Write(ref _maxSize, isEnabled ? maxSize : 0);

    /// <summary>Sends a datagram, unless it is too large or too many wait.</summary>
    public void Send(NativeHandle handle, ReadOnlySpan<byte> datagram)
    {
        if (datagram.Length > MaxSize)
        {
            return;
        }

        if (Interlocked.Increment(ref _waiting) > limit)
        {
            Interlocked.Decrement(ref _waiting);
            return;
        }

        QuicBuffer* block = NativeBlock.Allocate(datagram);
        bool isTaken = false;
        if (handle.TryUse(out nint connection))
        {
            // In bounds: the block is one buffer, and it stays until msquic says that it has been sent or will not be.
            isTaken = !Status.HasFailed(MsQuicApi.Get().Table->DatagramSend(connection, block, 1, 0, block));
            handle.EndUse();
        }

        if (!isTaken)
        {
            Free(block);
        }
    }

    /// <summary>What was sent has left, arrived, or been lost.</summary>
    public void Complete(ref ConnectionEvent item)
    {
        if (item.DatagramSendState >= Sent && item.DatagramContext is not null)
        {
            // In bounds: the context is the block that was sent; it is taken away with it, so that this happens once.
            Free((QuicBuffer*)item.DatagramContext);
            item.DatagramContext = null;
        }
    }

    public void Receive(in ConnectionEvent item)
    {
        // In bounds: msquic gives one buffer with Length bytes, which stay as they are during the callback.
        QuicBuffer* buffer = item.Datagram;
        events.AddDatagram(new ReadOnlySpan<byte>(buffer->Bytes, (int)buffer->Length));
    }

    private void Free(QuicBuffer* block)
    {
        NativeBlock.Free(block);
        Interlocked.Decrement(ref _waiting);
    }
}
