using System.Net;
using System.Net.Sockets;

namespace WireProtocols.Transports;

/// <summary>Accepts connections on an event loop, as many as there are in one wake-up, and gives each to a loop in turn.</summary>
internal sealed class LoopAcceptor : IEventHandler, IDisposable
{
    // Others on this loop wait meanwhile; what is left is reported again.
    private const int MaxAccepted = 64;

    // Where there are no descriptors left for another connection, some come back soon.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly Socket _listener;
    private readonly ConnectionRun _run;
    private readonly bool _isTcp;
    private readonly EventLoop _loop = EventLoops.Next();

    // No token is 0: that is a listener which is not watched.
    private ulong _token;
    private bool _isStopped;

    /// <param name="listener">A socket that listens.</param>
    /// <param name="run">What becomes of each connection.</param>
    public LoopAcceptor(Socket listener, ConnectionRun run)
    {
        _listener = listener;
        _run = run;
        _isTcp = listener.ProtocolType == ProtocolType.Tcp;
        listener.Blocking = false;
        lock (_lock)
        {
            Watch();
        }
    }

    private int Descriptor => (int)_listener.SafeHandle.DangerousGetHandle();

    /// <summary>Accepts no more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isStopped = true;
            Unwatch();
            _listener.Dispose();
        }
    }

    void IEventHandler.OnEvents(uint events)
    {
        for (int i = 0; i < MaxAccepted && TryAccept() is { } connection; i++)
        {
            EventLoop loop = EventLoops.Next();
            loop.Post(new Start(connection, loop, _isTcp, _run), 0);
        }
    }

    private void Watch() => _token = _loop.Watch(Descriptor, EpollEvents.Readable, this);

    /// <summary>Lets the loop, which lives longer, hold nothing of this.</summary>
    private void Unwatch()
    {
        if (_token != 0)
        {
            _loop.Unwatch(Descriptor, _token);
            _token = 0;
        }
    }

    /// <summary>Accepts one.</summary>
    /// <returns>Null where there is none.</returns>
    private unsafe int? TryAccept()
    {
        lock (_lock)
        {
            while (!_isStopped)
            {
                int descriptor = NativeMethods.Accept(Descriptor, null, null, NativeMethods.NonBlocking | NativeMethods.CloseOnExec);
                if (descriptor >= 0)
                {
                    return descriptor;
                }

                switch (Errno.Last)
                {
                    case Errno.WouldBlock:
                        return null;
                    case Errno.TooManyOpen or Errno.TableFull or Errno.NoBuffers or Errno.NoMemory:
                        Unwatch();
                        _ = ResumeAsync();
                        return null;
                    case Errno.BadDescriptor or Errno.InvalidArgument:
                        _isStopped = true;
                        break;
                }

                // Else the client has left already: "treat them like EAGAIN by retrying" (accept(2)).
            }

            return null;
        }
    }

    private async Task ResumeAsync()
    {
        do
        {
            await Task.Delay(Pause, _run.Options.TimeProvider).ConfigureAwait(false);
        }
        while (!TryResume());
    }

    /// <returns>False where the system has nothing left for that either.</returns>
    private bool TryResume()
    {
        lock (_lock)
        {
            try
            {
                if (!_isStopped)
                {
                    Watch();
                }

                return true;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    /// <summary>The first thing that happens to a connection on its loop.</summary>
    private sealed class Start(int descriptor, EventLoop loop, bool isTcp, ConnectionRun run) : IEventHandler
    {
        public void OnEvents(uint events)
        {
            EventLoopTransport transport = new(isTcp, loop, descriptor, owner: null)
            {
                MaxPending = run.Options.MaxPending,
                Budget = run.Options.Budget,
            };
            try
            {
                transport.Watch();
            }
            catch (IOException exception)
            {
                run.Report(exception);
                return;
            }

            EndPoint? peer = run.NeedsPeer ? transport.RemoteEndPoint : null;
            if (run.NeedsPeer && isTcp && peer is null)
            {
                // It has reset the connection already. Who it was cannot be said any more, so it is nobody whom somebody trusts.
                transport.Abort();
                return;
            }

            _ = run.RunAsync(transport, peer);
        }
    }
}
