using System.Runtime.InteropServices;

namespace WireProtocols.Tests.WebSockets;

/// <summary>
/// Memory that ends where a page begins that nobody may touch: a read of one byte too many ends the process. Elsewhere than on Linux it is
/// memory like any other.
/// </summary>
internal sealed unsafe partial class GuardedBytes : IDisposable
{
    private const int PageLength = 64 * 1024; // a multiple of the page size of every machine
    private const int ReadWrite = 3;
    private const int PrivateAnonymous = 0x22;

    private readonly nuint _mapped;
    private byte* _start;

    public GuardedBytes(int capacity)
    {
        nuint usable = (nuint)((capacity + PageLength - 1) / PageLength * PageLength);
        _mapped = usable + PageLength;
        if (OperatingSystem.IsLinux())
        {
            _start = (byte*)Map(0, _mapped, ReadWrite, PrivateAnonymous, -1, 0);
            Assert.True((nint)_start != -1 && Protect(_start + usable, PageLength, 0) == 0, "The pages could not be mapped.");
        }
        else
        {
            _start = (byte*)NativeMemory.AllocZeroed(_mapped);
        }

        Length = (int)usable;
    }

    public int Length { get; }

    /// <summary>A copy of the content that ends with the last byte that may be read.</summary>
    public ReadOnlySpan<byte> Put(ReadOnlySpan<byte> content)
    {
        Span<byte> place = new(_start + Length - content.Length, content.Length);
        content.CopyTo(place);
        return place;
    }

    public void Dispose()
    {
        if (OperatingSystem.IsLinux())
        {
            _ = Unmap(_start, _mapped);
        }
        else
        {
            NativeMemory.Free(_start);
        }

        _start = null;
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(nint address, nuint length, int protection, int flags, int descriptor, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);
}
