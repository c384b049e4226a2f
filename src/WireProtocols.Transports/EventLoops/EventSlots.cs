namespace WireProtocols.Transports;

/// <summary>
/// Who stands behind the tokens of an epoll instance. A slot is used again, and a token is not: what the kernel reported for a descriptor that has
/// been closed since then is nobody's. Any thread adds and removes; the loop looks up, without the lock: whoever loses a race with a removal and
/// an addition is told of an event that was another's, and finds nothing.
/// </summary>
internal sealed class EventSlots
{
    private const int FirstSize = 64;

    private readonly Lock _lock = new();
    private Slot[] _slots = new Slot[FirstSize];
    private int _free = -1;
    private int _used;

    /// <summary>Takes a slot.</summary>
    /// <returns>The token: the index of the slot, and above it how often that was used, which is at least once.</returns>
    public ulong Add(IEventHandler handler)
    {
        lock (_lock)
        {
            int index = _free;
            if (index >= 0)
            {
                _free = _slots[index].NextFree;
            }
            else
            {
                index = _used++;
                if (index == _slots.Length)
                {
                    Array.Resize(ref _slots, 2 * index);
                }
            }

            ref Slot slot = ref _slots[index];
            slot.Handler = handler;
            Volatile.Write(ref slot.Use, slot.Use + 1);
            return (ulong)slot.Use << 32 | (uint)index;
        }
    }

    /// <summary>Frees the slot.</summary>
    public void Remove(ulong token)
    {
        lock (_lock)
        {
            int index = (int)(uint)token;
            ref Slot slot = ref _slots[index];
            slot.Handler = null;
            slot.NextFree = _free;
            _free = index;
        }
    }

    /// <summary>Whose token it is; null where it is nobody's any more.</summary>
    public IEventHandler? Find(ulong token)
    {
        ref Slot slot = ref Volatile.Read(ref _slots)[(int)(uint)token];
        return Volatile.Read(ref slot.Use) == (uint)(token >> 32) ? slot.Handler : null;
    }

    private struct Slot
    {
        public IEventHandler? Handler;
        public uint Use;
        public int NextFree;
    }
}
