using System.Net;
using System.Net.Sockets;

namespace WireProtocols.Transports;

/// <summary>
/// A connected socket on an event loop. It has the lock of both of its halves: whoever calls it holds that, so that no call meets a descriptor that
/// has been closed and is another's by now.
/// </summary>
internal sealed class LoopSocket
{
    private const int NoSignal = 0x4000;
    private const int Closed = -1;

    private readonly EventLoop _loop;
    private readonly IEventHandler _handler;
    private readonly Socket? _owner;
    private int _descriptor;

    // No token is 0: that is a socket which is not watched.
    private ulong _token;

    /// <param name="loop">Where its events are handled.</param>
    /// <param name="handler">Who handles them.</param>
    /// <param name="descriptor">The descriptor, non-blocking.</param>
    /// <param name="owner">Who closes the descriptor; null for this object.</param>
    public LoopSocket(EventLoop loop, IEventHandler handler, int descriptor, Socket? owner)
    {
        _loop = loop;
        _handler = handler;
        _descriptor = descriptor;
        _owner = owner;
    }

    /// <summary>The lock.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Whether the descriptor is gone.</summary>
    public bool IsClosed => _descriptor == Closed;

    /// <summary>Whether this thread is the loop's.</summary>
    public bool IsOnLoop => _loop.IsCurrent;

    /// <summary>Begins to watch it.</summary>
    public void Watch()
    {
        const uint Events
            = EpollEvents.Readable | EpollEvents.Urgent | EpollEvents.Writable | EpollEvents.PeerHungUp | EpollEvents.EdgeTriggered;
        lock (Gate)
        {
            _token = _loop.Watch(_descriptor, Events, _handler);
        }
    }

    /// <summary>Has the handler called from the loop.</summary>
    public void Post(uint events) => _loop.Post(_handler, events);

    /// <summary>Receives what is there.</summary>
    /// <returns>How much; 0 at the end; where it failed, the negative of the reason.</returns>
    public unsafe int Receive(Span<byte> room)
    {
        // In bounds: the kernel writes at most the length of the span.
        fixed (byte* start = room)
        {
            nint count;
            do
            {
                count = NativeMethods.Receive(_descriptor, start, room.Length, 0);
            }
            while (count < 0 && Errno.Last == Errno.Interrupted);
            return count < 0 ? -Errno.Last : (int)count;
        }
    }

    /// <summary>Sends what the socket takes.</summary>
    /// <returns>How much; where it failed, the negative of the reason.</returns>
    public unsafe int Send(ReadOnlySpan<byte> bytes)
    {
        // In bounds: the kernel reads at most the length of the span.
        fixed (byte* start = bytes)
        {
            nint count;
            do
            {
                count = NativeMethods.Send(_descriptor, start, bytes.Length, NoSignal);
            }
            while (count < 0 && Errno.Last == Errno.Interrupted);
            return count < 0 ? -Errno.Last : (int)count;
        }
    }

    /// <summary>Ends the sending half.</summary>
    public void ShutdownSend()
    {
        const int Sending = 1;
        _ = NativeMethods.Shutdown(_descriptor, Sending);
    }

    /// <summary>Closes it. Both halves are told from the loop.</summary>
    /// <param name="reset">Whether the peer is told with a reset, and what it has not read is dropped.</param>
    public void Close(bool reset)
    {
        if (IsClosed)
        {
            return;
        }

        int descriptor = _descriptor;
        _descriptor = Closed;
        if (_token != 0)
        {
            _loop.Forget(_token);
        }

        if (reset)
        {
            DropUnsent(descriptor);
        }

        if (_owner is null)
        {
            _ = NativeMethods.Close(descriptor);
        }
        else
        {
            _owner.Dispose();
        }

        Post(EpollEvents.HungUp);
    }

    /// <summary>Who is at the other end; null where that has no name or is gone.</summary>
    public unsafe EndPoint? GetRemoteEndPoint()
    {
        SocketAddress address = new(AddressFamily.InterNetworkV6, SocketAddress.GetMaximumAddressSize(AddressFamily.Unix));

        // In bounds: the kernel writes at most the length that it is told, which is the buffer's.
        fixed (byte* start = address.Buffer.Span)
        {
            uint length = (uint)address.Buffer.Length;
            if (IsClosed || NativeMethods.GetPeerName(_descriptor, start, &length) < 0)
            {
                return null;
            }

            address.Size = (int)Math.Min(length, (uint)address.Buffer.Length);
        }

        return address.Family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
            ? new IPEndPoint(address.Family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, 0).Create(address)
            : null;
    }

    private static unsafe void DropUnsent(int descriptor)
    {
        const int SocketLevel = 1;
        const int Linger = 13;

        // What the kernel calls a linger: on, for no time.
        long linger = BitConverter.IsLittleEndian ? 1L : 1L << 32;

        // In bounds: the kernel reads the eight bytes of the local.
        _ = NativeMethods.SetSocketOption(descriptor, SocketLevel, Linger, &linger, sizeof(long));
    }
}
