using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace WireProtocols.WebSockets;

/// <summary>
/// The masking of RFC 6455 §5.3: "Octet i of the transformed data is the XOR of octet i of the original data with octet at index i modulo 4
/// of the masking key". Masking and unmasking are the same operation. Keys are given as they read on the wire, first byte highest.
/// </summary>
public static class WebSocketMask
{
    /// <summary>Masks <paramref name="source"/> into <paramref name="destination"/>.</summary>
    /// <param name="source">A piece of the payload.</param>
    /// <param name="destination">At least as long; it is <paramref name="source"/> itself or does not overlap it.</param>
    /// <param name="maskingKey">The masking key of the frame.</param>
    /// <param name="payloadOffset">Where the piece begins in the payload of its frame, in bytes; it gives the phase of the key.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public static void Apply(ReadOnlySpan<byte> source, Span<byte> destination, uint maskingKey, long payloadOffset = 0)
    {
        if (destination.Length < source.Length)
        {
            throw new ArgumentException("The destination is shorter than the source.", nameof(destination));
        }

        // In bounds: both spans hold source.Length bytes.
        Transform(
            ref MemoryMarshal.GetReference(source),
            ref MemoryMarshal.GetReference(destination),
            (nuint)source.Length,
            KeyInMemoryOrder(maskingKey, payloadOffset));
    }

    /// <summary>Masks <paramref name="payload"/> where it lies.</summary>
    /// <param name="payload">A piece of the payload.</param>
    /// <param name="maskingKey">The masking key of the frame.</param>
    /// <param name="payloadOffset">Where the piece begins in the payload of its frame, in bytes.</param>
    public static void ApplyInPlace(Span<byte> payload, uint maskingKey, long payloadOffset = 0)
        => Apply(payload, payload, maskingKey, payloadOffset);

    /// <summary>Masks <paramref name="length"/> bytes that the caller has seen to be there, with a key as its bytes lie in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void ApplyUnchecked(ref byte source, ref byte destination, nuint length, uint keyBytes)
        => Transform(ref source, ref destination, length, keyBytes);

    /// <summary>A length in whole vectors of 64 bytes.</summary>
    internal static nuint RoundUp(nuint length) => (length + 63) & ~(nuint)63;

    /// <summary>Masks a multiple of 64 bytes that the caller has seen to be there, with a key as its bytes lie in memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void ApplyWholeLines(ref byte source, ref byte destination, nuint length, uint keyBytes)
    {
        // In bounds: the caller has seen length bytes in both places, and length is a multiple of the width.
        Vector512<byte> key = Vector512.Create(keyBytes).AsByte();
        for (nuint offset = 0; offset < length; offset += 64)
        {
            (Vector512.LoadUnsafe(ref source, offset) ^ key).StoreUnsafe(ref destination, offset);
        }
    }

    /// <summary>The key as its bytes lie in memory, turned so that the first one belongs to <paramref name="payloadOffset"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint KeyInMemoryOrder(uint maskingKey, long payloadOffset)
    {
        uint turned = BitOperations.RotateLeft(maskingKey, 8 * (int)(payloadOffset & 3));
        return BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(turned) : turned;
    }

    /// <summary>
    /// Masks the bytes [0, length). Each step is a multiple of four bytes until the last three, so the phase of the key never changes. The tail
    /// is written with exact sizes: a wider store would be overtaken by loads from the bytes behind it.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Transform(ref byte source, ref byte destination, nuint length, uint key)
    {
        // In bounds: the vectors leave length % 16 bytes. Of these the 8s bit of length says that eight are left, then the 4s bit that four are, and
        // the loop stops at length.
        nuint offset = length >= 16 ? TransformVectors(ref source, ref destination, length, key) : 0;
        ulong twice = ((ulong)key << 32) | key;
        if ((length & 8) != 0)
        {
            ulong value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.AddByteOffset(ref source, offset));
            Unsafe.WriteUnaligned(ref Unsafe.AddByteOffset(ref destination, offset), value ^ twice);
            offset += 8;
        }

        if ((length & 4) != 0)
        {
            uint value = Unsafe.ReadUnaligned<uint>(ref Unsafe.AddByteOffset(ref source, offset));
            Unsafe.WriteUnaligned(ref Unsafe.AddByteOffset(ref destination, offset), value ^ key);
            offset += 4;
        }

        for (; offset < length; offset++)
        {
            int shift = 8 * (int)(offset & 3);
            byte keyByte = (byte)(BitConverter.IsLittleEndian ? key >> shift : key >> (24 - shift));
            Unsafe.AddByteOffset(ref destination, offset) = (byte)(Unsafe.AddByteOffset(ref source, offset) ^ keyByte);
        }
    }

    /// <summary>Transforms all but the last <c>length % 16</c> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static nuint TransformVectors(ref byte source, ref byte destination, nuint length, uint key)
    {
        // In bounds: each loop goes on only while the whole of its step lies before length.
        nuint offset = 0;
        if (Vector512.IsHardwareAccelerated && length >= 64)
        {
            Vector512<byte> wide = Vector512.Create(key).AsByte();
            for (; offset + 256 <= length; offset += 256)
            {
                Vector512<byte> a = Vector512.LoadUnsafe(ref source, offset) ^ wide;
                Vector512<byte> b = Vector512.LoadUnsafe(ref source, offset + 64) ^ wide;
                Vector512<byte> c = Vector512.LoadUnsafe(ref source, offset + 128) ^ wide;
                Vector512<byte> d = Vector512.LoadUnsafe(ref source, offset + 192) ^ wide;
                a.StoreUnsafe(ref destination, offset);
                b.StoreUnsafe(ref destination, offset + 64);
                c.StoreUnsafe(ref destination, offset + 128);
                d.StoreUnsafe(ref destination, offset + 192);
            }

            for (; offset + 64 <= length; offset += 64)
            {
                (Vector512.LoadUnsafe(ref source, offset) ^ wide).StoreUnsafe(ref destination, offset);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<byte> middle = Vector256.Create(key).AsByte();
            for (; offset + 32 <= length; offset += 32)
            {
                (Vector256.LoadUnsafe(ref source, offset) ^ middle).StoreUnsafe(ref destination, offset);
            }
        }

        Vector128<byte> narrow = Vector128.Create(key).AsByte();
        for (; offset + 16 <= length; offset += 16)
        {
            (Vector128.LoadUnsafe(ref source, offset) ^ narrow).StoreUnsafe(ref destination, offset);
        }

        return offset;
    }
}
