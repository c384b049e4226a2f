using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace WireProtocols.Http1;

/// <summary>
/// Finds the byte that ends a token, and the one that ends a field value. Names and values are short, so one look at 32 bytes mostly finds it,
/// and the look is compiled into the parser's loop. Machines without AVX2 go the way of <see cref="System.Buffers.SearchValues{T}"/>.
/// </summary>
internal static class Http1Scan
{
    /// <summary>The bytes that one look sees.</summary>
    private const int Width = 32;

    /// <summary>For each low half of a byte, a bit for each high half with which it is a tchar (RFC 9110 §5.6.2).</summary>
    private static Vector128<byte> TokenRows
        => Vector128.Create((byte)0xE8, 0xFC, 0xF8, 0xFC, 0xFC, 0xFC, 0xFC, 0xFC, 0xF8, 0xF8, 0xF4, 0x54, 0xD0, 0x54, 0xF4, 0x70);

    /// <summary>For each high half of a byte, its bit above; bytes from 0x80 have none.</summary>
    private static Vector128<byte> TokenColumns => Vector128.Create((byte)1, 2, 4, 8, 16, 32, 64, 128, 0, 0, 0, 0, 0, 0, 0, 0);

    /// <summary>The index of the first byte at or after <paramref name="start"/> that is no tchar; the length when there is none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FindNonToken(ReadOnlySpan<byte> head, int start)
    {
        if (Avx2.IsSupported && head.Length - start >= Width)
        {
            uint found = NonTokens(Load(head, start));
            return found != 0 ? start + BitOperations.TrailingZeroCount(found) : SearchNonToken(head, start + Width);
        }

        return SearchNonToken(head, start);
    }

    /// <summary>
    /// The index of the first byte at or after <paramref name="start"/> that no field value holds (RFC 9110 §5.5); the length when there is none.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int FindControl(ReadOnlySpan<byte> head, int start)
    {
        while (Avx2.IsSupported && head.Length - start >= Width)
        {
            uint found = Controls(Load(head, start));
            if (found != 0)
            {
                return start + BitOperations.TrailingZeroCount(found);
            }

            start += Width;
        }

        return SearchControl(head, start);
    }

    private static int SearchNonToken(ReadOnlySpan<byte> head, int start)
    {
        int run = head[start..].IndexOfAnyExcept(Http1Grammar.Token);
        return run < 0 ? head.Length : start + run;
    }

    private static int SearchControl(ReadOnlySpan<byte> head, int start)
    {
        int run = head[start..].IndexOfAny(Http1Grammar.Controls);
        return run < 0 ? head.Length : start + run;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Load(ReadOnlySpan<byte> head, int start)
    {
        // In bounds: both callers have seen that 32 bytes follow start, and start is an index of the head.
        return Vector256.LoadUnsafe(ref MemoryMarshal.GetReference(head), (nuint)start);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint NonTokens(Vector256<byte> bytes)
    {
        Vector256<byte> low = bytes & Vector256.Create((byte)0x0F);
        Vector256<byte> high = (bytes.AsUInt16() >>> 4).AsByte() & Vector256.Create((byte)0x0F);
        Vector256<byte> rows = Avx2.Shuffle(Vector256.Create(TokenRows, TokenRows), low);
        Vector256<byte> columns = Avx2.Shuffle(Vector256.Create(TokenColumns, TokenColumns), high);
        return Vector256.Equals(rows & columns, Vector256<byte>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Controls(Vector256<byte> bytes)
    {
        Vector256<byte> low = Vector256.Equals(Vector256.Min(bytes, Vector256.Create((byte)0x1F)), bytes);
        Vector256<byte> tab = Vector256.Equals(bytes, Vector256.Create(Http1Grammar.Tab));
        Vector256<byte> delete = Vector256.Equals(bytes, Vector256.Create((byte)0x7F));
        return (Vector256.AndNot(low, tab) | delete).ExtractMostSignificantBits();
    }
}
