using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>The bytes of a capsule's header (RFC 9297 §3.2) while they come in pieces.</summary>
internal struct SplitCapsuleHeader
{
    private Bytes _bytes;
    private int _filled;

    /// <summary>True where no byte of a header is held.</summary>
    public readonly bool IsEmpty => _filled == 0;

    /// <summary>Takes bytes until the header is whole; nothing is held then.</summary>
    /// <param name="source">The bytes that follow those taken so far.</param>
    /// <param name="taken">How many were taken.</param>
    /// <param name="header">The header.</param>
    /// <param name="size">The size of the whole header in bytes.</param>
    /// <param name="typeSize">How many of them are the type.</param>
    /// <returns>False where it is not whole yet: all of <paramref name="source"/> is taken.</returns>
    public bool TryTake(ReadOnlySpan<byte> source, out int taken, out CapsuleHeader header, out int size, out int typeSize)
    {
        Span<byte> bytes = _bytes;
        taken = 0;
        while (_filled < GetSize(bytes[.._filled]))
        {
            if (taken == source.Length)
            {
                header = default;
                size = 0;
                typeSize = 0;
                return false;
            }

            bytes[_filled++] = source[taken++];
        }

        CapsuleHeader.Decode(bytes[.._filled], out header, out size);
        typeSize = QuicVarInt.GetLength(bytes[0]);
        _filled = 0;
        return true;
    }

    /// <summary>How many bytes the header takes as far as the bytes at hand tell.</summary>
    private static int GetSize(ReadOnlySpan<byte> held)
    {
        int type = held.IsEmpty ? 1 : QuicVarInt.GetLength(held[0]);
        return held.Length <= type ? type + 1 : type + QuicVarInt.GetLength(held[type]);
    }

    [InlineArray(CapsuleHeader.MaxSize)]
    private struct Bytes
    {
        private byte _first;
    }
}
