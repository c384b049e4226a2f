using System.Diagnostics;
using System.Runtime.InteropServices;

namespace WireProtocols.WebSockets;

/// <summary>
/// A raw DEFLATE stream (RFC 1951) of the zlib that the platform ships. System.IO.Compression's own types neither choose a window size nor
/// inflate from span to span, and RFC 7692 needs both, so this calls the library underneath them.
/// </summary>
internal abstract unsafe partial class ZlibStream : SafeHandle
{
    private const string Library = "System.IO.Compression.Native";

    private protected ZlibStream()
        : base(0, ownsHandle: true) => SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(State)));

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

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    private protected State* Native => (State*)handle;

    /// <summary>Runs one call from span to span.</summary>
    private protected ReturnCode Run(
        delegate*<State*, int, int> call, Flush flush, ReadOnlySpan<byte> source, Span<byte> destination, out int consumed, out int written)
    {
        Debug.Assert(!IsClosed);
        fixed (byte* input = source)
        fixed (byte* output = destination)
        {
            State* state = Native;
            state->NextIn = input;
            state->AvailableIn = (uint)source.Length;
            state->NextOut = output;
            state->AvailableOut = (uint)destination.Length;
            ReturnCode code = (ReturnCode)call(state, (int)flush);
            consumed = source.Length - (int)state->AvailableIn;
            written = destination.Length - (int)state->AvailableOut;
            state->NextIn = null;
            state->NextOut = null;
            return code;
        }
    }

    private protected static void ThrowIfFailed(int code)
    {
        if (code != (int)ReturnCode.Ok)
        {
            throw new InsufficientMemoryException($"zlib could not set a stream up (code {code}).");
        }
    }

    private protected static int Inflate(State* state, int flush) => NativeInflate(state, flush);

    private protected static int Deflate(State* state, int flush) => NativeDeflate(state, flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateInit2_")]
    private protected static partial int InflateInit(State* state, int windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateReset2_")]
    private protected static partial int InflateReset(State* state, int windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateEnd")]
    private protected static partial int InflateEnd(State* state);

    [LibraryImport(Library, EntryPoint = "CompressionNative_DeflateInit2_")]
    private protected static partial int DeflateInit(State* state, int level, int method, int windowBits, int memoryLevel, int strategy);

    [LibraryImport(Library, EntryPoint = "CompressionNative_DeflateEnd")]
    private protected static partial int DeflateEnd(State* state);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Inflate")]
    private static partial int NativeInflate(State* state, int flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Deflate")]
    private static partial int NativeDeflate(State* state, int flush);

    private protected void Free() => NativeMemory.Free(Native);

    /// <summary>The part of a zlib stream that its caller sees, as the platform's wrapper lays it out.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct State
    {
        public byte* NextIn;
        public byte* NextOut;
        public byte* Message;
        public void* Internal;
        public uint AvailableIn;
        public uint AvailableOut;
    }
}
