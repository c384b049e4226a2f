using System.Buffers;
using System.Runtime.InteropServices;

namespace WireProtocols.Tests.Buffers;

/// <summary>Memory that no managed array stands behind, as a custom transport may bring.</summary>
internal sealed unsafe class UnmanagedBytes : MemoryManager<byte>
{
    private readonly int _length;
    private byte* _pointer;

    public UnmanagedBytes(ReadOnlySpan<byte> content)
    {
        _length = content.Length;
        _pointer = (byte*)NativeMemory.Alloc((nuint)_length);
        content.CopyTo(GetSpan());
    }

    public override Span<byte> GetSpan() => new(_pointer, _length);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_pointer + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing)
    {
        NativeMemory.Free(_pointer);
        _pointer = null;
    }
}
