using System.Runtime.InteropServices;

namespace WireProtocols.MsQuic;

/// <summary>
/// A handle of msquic's, and how many use it. It is closed once, when its owner has let it go and nobody uses it any more; only then is the object
/// let go that its callbacks are given, and then the handle that it stands on. So the order in which events, calls and the end come does not matter.
/// </summary>
internal sealed unsafe class NativeHandle
{
    private static long _count;

    private readonly nint _handle;
    private readonly delegate* unmanaged[Cdecl]<nint, void> _close;
    private readonly NativeHandle? _parent;
    private GCHandle _context;
    private int _uses = 1;
    private int _isLetGo;

    /// <param name="handle">The handle.</param>
    /// <param name="close">Closes it. It may wait for callbacks, so whoever ends the last use holds no lock that a callback takes.</param>
    /// <param name="context">What keeps the object alive that callbacks are given.</param>
    /// <param name="parent">The handle that it stands on, whose use it takes over; or null.</param>
    public NativeHandle(nint handle, delegate* unmanaged[Cdecl]<nint, void> close, GCHandle context, NativeHandle? parent)
    {
        Interlocked.Increment(ref _count);
        _handle = handle;
        _close = close;
        _context = context;
        _parent = parent;
    }

    /// <summary>How many there are at the moment that are not closed, of everybody in this process; as many objects are kept alive.</summary>
    public static long Count => Interlocked.Read(ref _count);

    /// <summary>Begins a use, which <see cref="EndUse"/> ends.</summary>
    /// <returns>False where the handle is closed.</returns>
    public bool TryUse(out nint value)
    {
        value = _handle;
        int uses = Volatile.Read(ref _uses);
        while (uses > 0)
        {
            int seen = Interlocked.CompareExchange(ref _uses, uses + 1, uses);
            if (seen == uses)
            {
                return true;
            }

            uses = seen;
        }

        return false;
    }

    public void EndUse()
    {
        if (Interlocked.Decrement(ref _uses) == 0)
        {
            _close(_handle);
            _context.Free();
            Interlocked.Decrement(ref _count);
            _parent?.EndUse();
        }
    }

    /// <summary>The owner does not need it any more: its last event has come, or it never began.</summary>
    public void LetGo()
    {
        if (Interlocked.Exchange(ref _isLetGo, 1) == 0)
        {
            EndUse();
        }
    }
}
