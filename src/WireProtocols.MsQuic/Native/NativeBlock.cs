using System.Runtime.InteropServices;

namespace WireProtocols.MsQuic;

/// <summary>Bytes on their way out, which msquic holds until it says that it is done: a <see cref="QuicBuffer"/>, and what it points to.</summary>
internal static unsafe class NativeBlock
{
    public static QuicBuffer* Allocate(ReadOnlySpan<byte> bytes)
    {
        QuicBuffer* block = (QuicBuffer*)NativeMemory.Alloc((nuint)sizeof(QuicBuffer) + (nuint)bytes.Length);

        // In bounds: the block has room for the structure and all the bytes behind it.
        block->Length = (uint)bytes.Length;
        block->Bytes = (byte*)(block + 1);
        bytes.CopyTo(new Span<byte>(block->Bytes, bytes.Length));
        return block;
    }

    public static void Free(QuicBuffer* block) => NativeMemory.Free(block);
}
