using System.Runtime.InteropServices;

namespace WireProtocols.Tests.WebSockets;

/// <summary>Memory that begins on a cache line, so that an offset in it is an alignment.</summary>
internal sealed unsafe class AlignedBytes(int length) : IDisposable
{
    private byte* _start = (byte*)NativeMemory.AlignedAlloc((nuint)length, 64);

    public Span<byte> Span => new(_start, length);

    public void Dispose()
    {
        NativeMemory.AlignedFree(_start);
        _start = null;
    }
}
