namespace WireProtocols.Transports;

/// <summary>
/// A thread that waits for all of its descriptors at once and runs what waited for them, itself. Whatever runs on it must not block: everybody else
/// on it waits too. It lives as long as the process.
/// </summary>
internal sealed class EventLoop
{
    private const ulong WakeUp = ulong.MaxValue;

    [ThreadStatic]
    private static EventLoop? _current;

    private readonly int _epoll;
    private readonly int _wakeUp;
    private readonly EpollEvents _events = new();
    private readonly EventSlots _slots = new();
    private readonly DeferredFlushes _deferred = new();
    private readonly Lock _lock = new();
    private List<(IEventHandler Handler, uint Events)> _posted = [];
    private List<(IEventHandler Handler, uint Events)> _running = [];
    private bool _hasPosted;

    public EventLoop(int number)
    {
        _epoll = Check(NativeMethods.EpollCreate(NativeMethods.CloseOnExec));
        _wakeUp = Check(NativeMethods.EventDescriptor(0, NativeMethods.CloseOnExec | NativeMethods.NonBlocking));
        EpollEvents.Add(_epoll, _wakeUp, EpollEvents.Readable, WakeUp);
        new Thread(Run) { IsBackground = true, Name = $"Event loop {number}" }.UnsafeStart();
    }

    /// <summary>Whether this thread is the loop's.</summary>
    public bool IsCurrent => _current == this;

    /// <summary>Watches a descriptor. The first event may come before this returns.</summary>
    /// <returns>The token, for <see cref="Forget"/>.</returns>
    public ulong Watch(int descriptor, uint events, IEventHandler handler)
    {
        ulong token = _slots.Add(handler);
        try
        {
            EpollEvents.Add(_epoll, descriptor, events, token);
            return token;
        }
        catch (IOException)
        {
            _slots.Remove(token);
            throw;
        }
    }

    /// <summary>Stops watching a descriptor that stays open.</summary>
    public void Unwatch(int descriptor, ulong token)
    {
        EpollEvents.Remove(_epoll, descriptor);
        _slots.Remove(token);
    }

    /// <summary>Handles no event any more. Whoever has the descriptor closes it next, and with that it leaves the kernel's set.</summary>
    public void Forget(ulong token) => _slots.Remove(token);

    /// <summary>Calls a handler from the loop, soon.</summary>
    public void Post(IEventHandler handler, uint events)
    {
        bool isFirst;
        lock (_lock)
        {
            isFirst = _posted.Count == 0;
            _posted.Add((handler, events));
            Volatile.Write(ref _hasPosted, true);
        }

        if (isFirst && !IsCurrent)
        {
            Wake();
        }
    }

    private static int Check(int descriptor) => descriptor >= 0 ? descriptor : throw Errno.ToException(Errno.Last);

    private void Run()
    {
        _current = this;
        _deferred.Enter();
        while (true)
        {
            int count = _events.Wait(_epoll, Volatile.Read(ref _hasPosted) ? 0 : -1);
            for (int i = 0; i < count; i++)
            {
                uint events = _events.Get(i, out ulong token);
                if (token == WakeUp)
                {
                    EndWakeUp();
                }
                else
                {
                    _slots.Find(token)?.OnEvents(events);
                }
            }

            if (Volatile.Read(ref _hasPosted))
            {
                RunPosted();
            }

            _deferred.SendAll();
        }
    }

    private void RunPosted()
    {
        lock (_lock)
        {
            (_posted, _running) = (_running, _posted);
            _hasPosted = false;
        }

        foreach ((IEventHandler handler, uint events) in _running)
        {
            handler.OnEvents(events);
        }

        _running.Clear();
    }

    private unsafe void Wake()
    {
        ulong one = 1;

        // In bounds: the kernel reads the eight bytes of the local.
        _ = NativeMethods.Write(_wakeUp, (byte*)&one, sizeof(ulong));
    }

    private unsafe void EndWakeUp()
    {
        ulong count;

        // In bounds: the kernel writes the eight bytes of the local.
        _ = NativeMethods.Read(_wakeUp, (byte*)&count, sizeof(ulong));
    }
}
