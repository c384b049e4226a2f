using System.Numerics;

namespace WireProtocols.Cli.View;

/// <summary>The last bytes of the input, for the hex line under a violation.</summary>
internal sealed class History
{
    private const int Size = 256 * 1024;
    private byte[] _ring = new byte[1024];

    /// <summary>How many bytes have been fed.</summary>
    public long Length { get; private set; }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_ring.Length < Size && Length + bytes.Length > _ring.Length)
        {
            // Nothing has been overwritten as long as it grows.
            Array.Resize(ref _ring, (int)Math.Min(Size, BitOperations.RoundUpToPowerOf2((ulong)(Length + bytes.Length))));
        }

        while (!bytes.IsEmpty)
        {
            int at = (int)(Length % Size);
            int count = Math.Min(bytes.Length, Size - at);
            bytes[..count].CopyTo(_ring.AsSpan(at));
            bytes = bytes[count..];
            Length += count;
        }
    }

    /// <summary>The bytes from <paramref name="offset"/> on, where they are still known.</summary>
    /// <returns>How many were copied.</returns>
    public int Copy(long offset, Span<byte> destination)
    {
        if (offset < Math.Max(0, Length - Size))
        {
            return 0;
        }

        int count = (int)Math.Clamp(Length - offset, 0, destination.Length);
        for (int i = 0; i < count; i++)
        {
            destination[i] = _ring[(offset + i) % Size];
        }

        return count;
    }
}
