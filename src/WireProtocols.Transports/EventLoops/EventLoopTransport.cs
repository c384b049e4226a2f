using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using WireProtocols.Buffers;

namespace WireProtocols.Transports;

/// <summary>
/// A socket (TCP or Unix) on an event loop, as the duplex pipe of an endpoint: Linux only. What waits for it runs on the loop's thread, with no hop
/// to the thread pool; so it must not block, or every connection of that loop waits. What is flushed there goes out in one system call, when the
/// loop goes on. Completing the output half-closes the socket; completing the input closes all.
/// </summary>
/// <remarks>
/// The contract is that of <see cref="SocketTransport"/>, but for one thing: a flush on a loop's thread has ended before the bytes are with the
/// socket, as long as they are few and none wait for the peer. Writes and flushes are safe from any thread. A handler with long work leaves the loop
/// first, with <c>await Task.Run</c> or <c>await Task.Yield()</c>.
/// </remarks>
public sealed class EventLoopTransport : IWireTransport, IEventHandler
{
    private readonly LoopSocket _socket;
    private readonly LoopInput _input;
    private readonly LoopOutput _output;

    /// <summary>Takes over a connected socket, which becomes non-blocking.</summary>
    /// <exception cref="PlatformNotSupportedException">There are no event loops on this system.</exception>
    public EventLoopTransport(Socket socket)
        : this(Supported(socket), EventLoops.Next(), (int)socket.SafeHandle.DangerousGetHandle(), socket)
    {
        socket.Blocking = false;
        Watch();
    }

    /// <param name="isTcp">Whether it is a TCP socket.</param>
    /// <param name="loop">Where its events are handled. They are not before <see cref="Watch"/>.</param>
    /// <param name="descriptor">The socket, non-blocking.</param>
    /// <param name="owner">Who closes the descriptor; null for this transport.</param>
    internal EventLoopTransport(bool isTcp, EventLoop loop, int descriptor, Socket? owner)
    {
        _socket = new LoopSocket(loop, this, descriptor, owner);
        _input = new LoopInput(_socket, emptiesInOneRead: isTcp);
        _output = new LoopOutput(_socket);
    }

    /// <summary>How much memory holds what waits for the peer.</summary>
    internal long OutputCapacity => _output.Capacity;

    /// <summary>Whether this system has event loops.</summary>
    public static bool IsSupported => EventLoops.AreSupported;

    /// <inheritdoc/>
    public PipeReader Input => _input;

    /// <inheritdoc/>
    public PipeWriter Output => _output;

    /// <inheritdoc/>
    public bool CanHalfClose => true;

    /// <inheritdoc/>
    public long WritesBegun => _output.WritesBegun;

    /// <inheritdoc/>
    public long MaxPending
    {
        get => _output.MaxPending;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _output.MaxPending = value;
        }
    }

    /// <summary>What may wait for the peers of all transports that share it; null for no bound beside <see cref="MaxPending"/>.</summary>
    public MemoryBudget? Budget
    {
        get => _output.Budget;
        init => _output.Budget = value;
    }

    /// <summary>The address of the peer; null where it has none (a Unix socket) or is gone.</summary>
    public EndPoint? RemoteEndPoint
    {
        get
        {
            lock (_socket.Gate)
            {
                return _socket.GetRemoteEndPoint();
            }
        }
    }

    /// <summary>Closes the socket with a reset, so that nothing that the peer does not read keeps it alive.</summary>
    public void Abort()
    {
        lock (_socket.Gate)
        {
            _socket.Close(reset: true);
        }
    }

    /// <summary>Sends what is written, and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await _output.CompleteAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The peer, or the other side of this end, was faster.
        }

        _input.Complete();
    }

    void IEventHandler.OnEvents(uint events)
    {
        bool hasFlushed;
        bool hasRead;
        ReadResult read;
        lock (_socket.Gate)
        {
            hasFlushed = _output.Accept(events);
            hasRead = _input.Accept(events, out read);
        }

        if (hasFlushed)
        {
            _output.EndWait();
        }

        if (hasRead)
        {
            _input.EndWait(read);
        }

        // What the handler has written while it ran; now it waits.
        _output.Send();
    }

    /// <summary>Begins to handle events.</summary>
    internal void Watch()
    {
        try
        {
            _socket.Watch();
        }
        catch (IOException)
        {
            Abort();
            throw;
        }
    }

    private static bool Supported(Socket socket)
    {
        ArgumentNullException.ThrowIfNull(socket);
        return !IsSupported ? throw new PlatformNotSupportedException("Event loops need Linux; SocketTransport works everywhere.")
            : socket.ProtocolType == ProtocolType.Tcp;
    }
}
