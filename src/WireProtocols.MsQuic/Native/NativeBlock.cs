using System.Runtime.InteropServices;

namespace WireProtocols.MsQuic;

/// <summary>Bytes on their way out, which msquic holds until it says that it is done: a <see cref="QuicBuffer"/>, and what it points to.</summary>
internal static unsafe class NativeBlock
{
    private static long _count;

    /// <summary>How many there are at the moment, of everybody in this process.</summary>
    public static long Count => Interlocked.Read(ref _count);

    public static QuicBuffer* Allocate(ReadOnlySpan<byte> bytes)
    {
        Interlocked.Increment(ref _count);
        QuicBuffer* block = (QuicBuffer*)NativeMemory.Alloc((nuint)sizeof(QuicBuffer) + (nuint)bytes.Length);

        // In bounds: the block has room for the structure and all the bytes behind it.
        block->Length = (uint)bytes.Length;
        block->Bytes = (byte*)(block + 1);
        bytes.CopyTo(new Span<byte>(block->Bytes, bytes.Length));
        return block;
    }

    public static void Free(QuicBuffer* block)
    {
        Interlocked.Decrement(ref _count);
        NativeMemory.Free(block);
    }
}
