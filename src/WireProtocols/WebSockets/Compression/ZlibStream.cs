using System.Diagnostics;
using System.Runtime.InteropServices;

namespace WireProtocols.WebSockets;

/// <summary>
/// A raw DEFLATE stream (RFC 1951) of the zlib that the platform ships: the one place of this library
/// that reaches into the platform. RFC 7692 needs a window of a chosen size and calls from span to
/// span, and System.IO.Compression of .NET 10 offers neither, so this calls the library underneath it.
/// </summary>
/// <remarks>
/// Its exports are not documented and may go. Where one is missing, or does not do what is expected, <see cref="IsAvailable"/> is false and
/// <see cref="WebSocketDeflatePool"/> takes <see cref="ManagedInflater"/> and <see cref="ManagedDeflater"/>, which need nothing private.
/// .NET 11 has public types for both directions, <c>DeflateEncoder</c> and <c>DeflateDecoder</c>, with a window size and from span to span: they
/// replace this type, and the two that stand on it, when the library targets .NET 11.
/// </remarks>
internal sealed unsafe partial class ZlibStream : SafeHandle
{
    private const string Library = "System.IO.Compression.Native";
    private const int Deflated = 8;
    private const int MemoryLevel = 8;

    private readonly bool _inflates;
    private readonly int _windowBits;

    /// <param name="inflates">Whether it inflates, or deflates.</param>
    /// <param name="windowBits">The window as its logarithm: 8 to 15 to inflate, 9 to 15 to deflate.</param>
    private ZlibStream(bool inflates, int windowBits)
        : base(0, ownsHandle: true)
    {
        _inflates = inflates;

        // Raw DEFLATE is asked for with a negative size.
        _windowBits = -windowBits;
        SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(State)));
    }

    /// <summary>What a call into zlib answers.</summary>
    internal enum ReturnCode
    {
        Ok = 0,
        StreamEnd = 1,
        DataError = -3,
        BufferError = -5,
    }

    /// <summary>How much a call shall bring out.</summary>
    internal enum Flush
    {
        None = 0,
        Sync = 2,
        Full = 3,
        Block = 5,
    }

    /// <summary>Whether the platform has the exports, and they do what is expected of them.</summary>
    public static bool IsAvailable { get; } = Probe();

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    private State* Native => (State*)handle;

    /// <summary>A stream that inflates.</summary>
    /// <param name="windowBits">The window of the sender, as its logarithm: 8 to 15.</param>
    public static ZlibStream OpenInflate(int windowBits)
    {
        ZlibStream stream = new(inflates: true, windowBits);
        ThrowIfFailed(InflateInit(stream.Native, stream._windowBits));
        return stream;
    }

    /// <summary>A stream that deflates.</summary>
    /// <param name="windowBits">The window to keep to, as its logarithm: 9 to 15; zlib has no deflater for 8.</param>
    /// <param name="level">zlib's level, 1 to 9.</param>
    public static ZlibStream OpenDeflate(int windowBits, int level)
    {
        ZlibStream stream = new(inflates: false, windowBits);
        ThrowIfFailed(DeflateInit(stream.Native, level, Deflated, stream._windowBits, MemoryLevel, strategy: 0));
        return stream;
    }

    /// <summary>Runs one call from span to span.</summary>
    public ReturnCode Run(Flush flush, ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        ObjectDisposedException.ThrowIf(IsClosed, this);

        // In bounds: zlib is told the lengths of both spans, which are pinned for the length of the call, and it keeps neither address.
        fixed (byte* input = source)
        fixed (byte* output = destination)
        {
            State* state = Native;
            state->NextIn = input;
            state->AvailableIn = (uint)source.Length;
            state->NextOut = output;
            state->AvailableOut = (uint)destination.Length;
            ReturnCode code = (ReturnCode)(_inflates ? Inflate(state, (int)flush) : Deflate(state, (int)flush));
            consumed = source.Length - (int)state->AvailableIn;
            written = destination.Length - (int)state->AvailableOut;
            state->NextIn = null;
            state->NextOut = null;
            GC.KeepAlive(this);
            return code;
        }
    }

    /// <summary>Starts a stream that inflates anew: with an empty window, at the beginning of a block.</summary>
    public void Reset()
    {
        Debug.Assert(_inflates);
        ObjectDisposedException.ThrowIf(IsClosed, this);
        ThrowIfFailed(InflateReset(Native, _windowBits));
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        _ = _inflates ? InflateEnd(Native) : DeflateEnd(Native);
        NativeMemory.Free(Native);
        return true;
    }

    private static void ThrowIfFailed(int code)
    {
        if (code != (int)ReturnCode.Ok)
        {
            throw new InsufficientMemoryException($"zlib could not set a stream up (code {code}).");
        }
    }

    /// <summary>Deflates a byte and inflates it again, with the smallest windows: every export is called once.</summary>
    private static bool Probe()
    {
        try
        {
            using ZlibStream deflate = OpenDeflate(windowBits: 9, level: 1);
            using ZlibStream inflate = OpenInflate(windowBits: 8);
            Span<byte> deflated = stackalloc byte[32];
            Span<byte> inflated = stackalloc byte[4];
            bool isDeflated = deflate.Run(Flush.Sync, "a"u8, deflated, out int consumed, out int length) == ReturnCode.Ok && consumed == 1;
            bool isInflated = inflate.Run(Flush.Sync, deflated[..length], inflated, out consumed, out int written) == ReturnCode.Ok;
            inflate.Reset();
            return isDeflated && isInflated && consumed == length && written == 1 && inflated[0] == 'a';
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException or InsufficientMemoryException)
        {
            return false;
        }
    }

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateInit2_")]
    private static partial int InflateInit(State* state, int windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateReset2_")]
    private static partial int InflateReset(State* state, int windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateEnd")]
    private static partial int InflateEnd(State* state);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Inflate")]
    private static partial int Inflate(State* state, int flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_DeflateInit2_")]
    private static partial int DeflateInit(State* state, int level, int method, int windowBits, int memoryLevel, int strategy);

    [LibraryImport(Library, EntryPoint = "CompressionNative_DeflateEnd")]
    private static partial int DeflateEnd(State* state);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Deflate")]
    private static partial int Deflate(State* state, int flush);

    /// <summary>The part of a zlib stream that its caller sees, as the platform's wrapper lays it out.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        public byte* NextIn;
        public byte* NextOut;
        public byte* Message;
        public void* Internal;
        public uint AvailableIn;
        public uint AvailableOut;
    }
}
