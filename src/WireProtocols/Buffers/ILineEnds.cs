using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace WireProtocols.Buffers;

/// <summary>Which bytes end a line: a bit for each byte of a vector, set where the byte is one of them.</summary>
internal interface ILineEnds
{
    static abstract ulong Mask(Vector512<byte> bytes);

    static abstract uint Mask(Vector256<byte> bytes);

    static abstract uint Mask(Vector128<byte> bytes);
}

/// <summary>The line ends of an event stream: CR and LF (HTML §9.2.5).</summary>
internal readonly struct CarriageReturnOrLineFeed : ILineEnds
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mask(Vector512<byte> bytes)
        => Vector512.Equals(bytes, Vector512.Create((byte)'\n')).ExtractMostSignificantBits()
            | Vector512.Equals(bytes, Vector512.Create((byte)'\r')).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Mask(Vector256<byte> bytes)
        => (Vector256.Equals(bytes, Vector256.Create((byte)'\n'))
            | Vector256.Equals(bytes, Vector256.Create((byte)'\r'))).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Mask(Vector128<byte> bytes)
        => (Vector128.Equals(bytes, Vector128.Create((byte)'\n'))
            | Vector128.Equals(bytes, Vector128.Create((byte)'\r'))).ExtractMostSignificantBits();
}

/// <summary>The line end of NDJSON: LF; a CR before it belongs to the end, and is looked at there (ndjson-spec §3.2).</summary>
internal readonly struct LineFeedAlone : ILineEnds
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mask(Vector512<byte> bytes) => Vector512.Equals(bytes, Vector512.Create((byte)'\n')).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Mask(Vector256<byte> bytes) => Vector256.Equals(bytes, Vector256.Create((byte)'\n')).ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Mask(Vector128<byte> bytes) => Vector128.Equals(bytes, Vector128.Create((byte)'\n')).ExtractMostSignificantBits();
}
