using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace WireProtocols.Http1;

/// <summary>
/// The scanner of heads: a pass over 64 bytes gives a bit for each byte that is no tchar (RFC 9110 §5.6.2), and a bit for each that no field value
/// holds (RFC 9110 §5.5). Names end at the first of the one, values at the first of the other.
/// </summary>
/// <remarks>For whoever changes this: <c>Http1BlockTests</c> hold the vector paths against the grammar; run them with
/// <c>DOTNET_EnableAVX512=0</c> and <c>DOTNET_EnableAVX2=0</c> too.</remarks>
internal static class Http1Block
{
    /// <summary>The bytes in a block, and the bits in its masks.</summary>
    public const int Size = 64;

    /// <summary>
    /// For each low half of a byte, a bit for each high half with which it is a tchar; four times over, for each quarter of a block.
    /// </summary>
    private static ReadOnlySpan<byte> TokenRows =>
    [
        0xE8, 0xFC, 0xF8, 0xFC, 0xFC, 0xFC, 0xFC, 0xFC, 0xF8, 0xF8, 0xF4, 0x54, 0xD0, 0x54, 0xF4, 0x70,
        0xE8, 0xFC, 0xF8, 0xFC, 0xFC, 0xFC, 0xFC, 0xFC, 0xF8, 0xF8, 0xF4, 0x54, 0xD0, 0x54, 0xF4, 0x70,
        0xE8, 0xFC, 0xF8, 0xFC, 0xFC, 0xFC, 0xFC, 0xFC, 0xF8, 0xF8, 0xF4, 0x54, 0xD0, 0x54, 0xF4, 0x70,
        0xE8, 0xFC, 0xF8, 0xFC, 0xFC, 0xFC, 0xFC, 0xFC, 0xF8, 0xF8, 0xF4, 0x54, 0xD0, 0x54, 0xF4, 0x70,
    ];

    /// <summary>For each high half of a byte, its bit above; bytes from 0x80 have none.</summary>
    private static ReadOnlySpan<byte> TokenColumns =>
    [
        1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0,
        1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0,
        1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0,
        1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>The masks of the bytes from <paramref name="start"/> on; no bits for what lies behind the end of the head.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Http1BlockMasks At(ReadOnlySpan<byte> head, int start)
        => head.Length - start >= Size
            ? Of(ref Unsafe.Add(ref MemoryMarshal.GetReference(head), start)) // In bounds: 64 bytes are there.
            : OfTail(head, start);

    /// <summary>
    /// The index of the first byte at or after <paramref name="start"/> that no field value holds; the length of the head when there is none.
    /// </summary>
    public static int FindControl(ReadOnlySpan<byte> head, int start)
    {
        for (; start < head.Length; start += Size)
        {
            ulong controls = At(head, start).Controls;
            if (controls != 0)
            {
                return start + BitOperations.TrailingZeroCount(controls);
            }
        }

        return head.Length;
    }

    /// <summary>The masks of the last bytes, fewer than 64: those of the last 64, without what lies before. A shorter head is copied.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Http1BlockMasks OfTail(ReadOnlySpan<byte> head, int start)
    {
        int length = head.Length - start;
        if (length <= 0)
        {
            return default;
        }

        if (head.Length >= Size)
        {
            // In bounds: the head has 64 bytes from there on.
            Http1BlockMasks last = Of(ref Unsafe.Add(ref MemoryMarshal.GetReference(head), head.Length - Size));
            return new(last.NonTokens >> (Size - length), last.Controls >> (Size - length));
        }

        Span<byte> copy = stackalloc byte[Size];
        head[start..].CopyTo(copy);
        ulong seen = (1UL << length) - 1;

        // In bounds: the copy has 64 bytes.
        Http1BlockMasks all = Of(ref MemoryMarshal.GetReference(copy));
        return new(all.NonTokens & seen, all.Controls & seen);
    }

    /// <summary>The masks of 64 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Http1BlockMasks Of(ref byte block)
    {
        // In bounds, all of them: the caller has seen that 64 bytes are there.
        if (Vector512.IsHardwareAccelerated && Avx512BW.IsSupported)
        {
            Vector512<byte> bytes = Vector512.LoadUnsafe(ref block);
            return new(NonTokens(bytes), Controls(bytes));
        }

        if (Avx2.IsSupported)
        {
            Vector256<byte> first = Vector256.LoadUnsafe(ref block);
            Vector256<byte> second = Vector256.LoadUnsafe(ref block, (nuint)Vector256<byte>.Count);
            return new(NonTokens(first) | ((ulong)NonTokens(second) << 32), Controls(first) | ((ulong)Controls(second) << 32));
        }

        ulong nonTokens = 0;
        ulong controls = 0;
        for (int i = 0; i < Size; i += Vector128<byte>.Count)
        {
            Vector128<byte> bytes = Vector128.LoadUnsafe(ref block, (nuint)i);
            nonTokens |= (ulong)NonTokens(bytes) << i;
            controls |= (ulong)Controls(bytes) << i;
        }

        return new(nonTokens, controls);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong NonTokens(Vector512<byte> bytes)
    {
        Vector512<byte> low = bytes & Vector512.Create((byte)0x0F);
        Vector512<byte> high = (bytes.AsUInt16() >>> 4).AsByte() & Vector512.Create((byte)0x0F);
        Vector512<byte> tokens = Avx512BW.Shuffle(Vector512.Create(TokenRows), low) & Avx512BW.Shuffle(Vector512.Create(TokenColumns), high);
        return Vector512.Equals(tokens, Vector512<byte>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint NonTokens(Vector256<byte> bytes)
    {
        Vector256<byte> low = bytes & Vector256.Create((byte)0x0F);
        Vector256<byte> high = (bytes.AsUInt16() >>> 4).AsByte() & Vector256.Create((byte)0x0F);
        Vector256<byte> rows = Avx2.Shuffle(Vector256.Create(TokenRows), low);
        Vector256<byte> columns = Avx2.Shuffle(Vector256.Create(TokenColumns), high);
        return Vector256.Equals(rows & columns, Vector256<byte>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint NonTokens(Vector128<byte> bytes)
    {
        Vector128<byte> rows = Vector128.Shuffle(Vector128.Create(TokenRows), bytes & Vector128.Create((byte)0x0F));
        Vector128<byte> columns = Vector128.Shuffle(Vector128.Create(TokenColumns), bytes >>> 4);
        return Vector128.Equals(rows & columns, Vector128<byte>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Controls(Vector512<byte> bytes)
    {
        ulong low = Vector512.LessThan(bytes, Vector512.Create(Http1Grammar.Space)).ExtractMostSignificantBits();
        ulong tab = Vector512.Equals(bytes, Vector512.Create(Http1Grammar.Tab)).ExtractMostSignificantBits();
        ulong delete = Vector512.Equals(bytes, Vector512.Create((byte)0x7F)).ExtractMostSignificantBits();
        return (low & ~tab) | delete;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Controls(Vector256<byte> bytes)
    {
        Vector256<byte> low = Vector256.Equals(Vector256.Min(bytes, Vector256.Create((byte)0x1F)), bytes);
        Vector256<byte> tab = Vector256.Equals(bytes, Vector256.Create(Http1Grammar.Tab));
        Vector256<byte> delete = Vector256.Equals(bytes, Vector256.Create((byte)0x7F));
        return (Vector256.AndNot(low, tab) | delete).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Controls(Vector128<byte> bytes)
    {
        Vector128<byte> low = Vector128.LessThan(bytes, Vector128.Create(Http1Grammar.Space));
        Vector128<byte> tab = Vector128.Equals(bytes, Vector128.Create(Http1Grammar.Tab));
        Vector128<byte> delete = Vector128.Equals(bytes, Vector128.Create((byte)0x7F));
        return (Vector128.AndNot(low, tab) | delete).ExtractMostSignificantBits();
    }
}
