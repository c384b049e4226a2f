using System.Runtime.InteropServices;

namespace WireProtocols.Transports;

/// <summary>What an epoll instance reports, as the kernel lays it out: 32 bits of events and 64 bits of whose they are.</summary>
internal sealed unsafe class EpollEvents
{
    public const uint Readable = 0x001;
    public const uint Urgent = 0x002;
    public const uint Writable = 0x004;
    public const uint Failed = 0x008;
    public const uint HungUp = 0x010;
    public const uint PeerHungUp = 0x2000;
    public const uint EdgeTriggered = 1u << 31;

    private const int Capacity = 256;

    // "On x86-64 ... the kernel packs it" (epoll_ctl of the kernel's headers): 12 bytes there, 16 elsewhere.
    private static readonly int TokenOffset = IsPacked ? 4 : 8;
    private static readonly int Size = TokenOffset + sizeof(ulong);

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(Capacity * Size, pinned: true);

    private static bool IsPacked => RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;

    /// <summary>Begins to watch a descriptor.</summary>
    /// <exception cref="IOException">The kernel does not.</exception>
    public static void Add(int epoll, int descriptor, uint events, ulong token)
    {
        const int AddOperation = 1;
        Span<byte> bytes = stackalloc byte[Size];
        BitConverter.TryWriteBytes(bytes, events);
        BitConverter.TryWriteBytes(bytes[TokenOffset..], token);

        // In bounds: the kernel reads one event, and there are its Size bytes.
        fixed (byte* start = bytes)
        {
            if (NativeMethods.EpollControl(epoll, AddOperation, descriptor, start) < 0)
            {
                throw Errno.ToException(Errno.Last);
            }
        }
    }

    /// <summary>Stops watching a descriptor.</summary>
    public static void Remove(int epoll, int descriptor)
    {
        const int RemoveOperation = 2;
        _ = NativeMethods.EpollControl(epoll, RemoveOperation, descriptor, null);
    }

    /// <summary>Waits for events.</summary>
    /// <param name="epoll">The instance.</param>
    /// <param name="timeout">Milliseconds; -1 for as long as it takes.</param>
    /// <returns>How many there are.</returns>
    public int Wait(int epoll, int timeout)
    {
        // In bounds: the kernel writes at most Capacity events of Size bytes, which is what the array has. It is pinned for its life.
        fixed (byte* start = _bytes)
        {
            int count = NativeMethods.EpollWait(epoll, start, Capacity, timeout);
            return count >= 0 || Errno.Last == Errno.Interrupted ? Math.Max(count, 0) : throw Errno.ToException(Errno.Last);
        }
    }

    /// <summary>One of the events of the last wait.</summary>
    public uint Get(int index, out ulong token)
    {
        ReadOnlySpan<byte> bytes = _bytes.AsSpan(index * Size, Size);
        token = BitConverter.ToUInt64(bytes[TokenOffset..]);
        return BitConverter.ToUInt32(bytes);
    }
}
