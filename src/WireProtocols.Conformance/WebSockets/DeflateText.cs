namespace WireProtocols.Conformance;

/// <summary>Writes deflate by hand: stored blocks, and blocks of the fixed code with any distance and any final bit.</summary>
internal sealed class DeflateText
{
    private readonly List<byte> _bytes = [];
    private int _value;
    private int _count;

    /// <summary>A message of fixed-code literals, its tail removed (RFC 7692 §7.2.1).</summary>
    public static byte[] Literals(ReadOnlySpan<byte> text) => new DeflateText().Begin(false).Put(text).EndBlock().Sync();

    /// <summary>A message in stored blocks, its tail removed.</summary>
    public static byte[] Stored(ReadOnlySpan<byte> text)
    {
        DeflateText writer = new();
        for (int at = 0; at < text.Length; at += 65535)
        {
            writer.Store(text[at..Math.Min(text.Length, at + 65535)], false);
        }

        return writer.Sync();
    }

    /// <summary>A message of <paramref name="length"/> equal bytes, as small as the fixed code makes it.</summary>
    public static byte[] Run(byte value, long length)
    {
        DeflateText writer = new DeflateText().Begin(false).Put([value]);
        for (long done = 1; done < length;)
        {
            int piece = (int)Math.Min(258, length - done);
            if (piece < 3)
            {
                writer.Put([value]);
                piece = 1;
            }
            else
            {
                writer.Copy(piece == 258 ? 258 : 3, 1);
                piece = piece == 258 ? 258 : 3;
            }

            done += piece;
        }

        return writer.EndBlock().Sync();
    }

    /// <summary>Begins a block of the fixed code.</summary>
    public DeflateText Begin(bool isFinal, int type = 1)
    {
        Bits(isFinal ? 1 : 0, 1);
        return Bits(type, 2);
    }

    public DeflateText Put(ReadOnlySpan<byte> literals)
    {
        foreach (byte literal in literals)
        {
            _ = literal < 144 ? Code(0x30 + literal, 8) : Code(0x190 + literal - 144, 9);
        }

        return this;
    }

    /// <summary>A copy of 3 or 258 bytes.</summary>
    public DeflateText Copy(int length, int distance)
    {
        _ = length == 3 ? Code(1, 7) : Code(0xC0 + 5, 8);
        if (distance <= 4)
        {
            return Code(distance - 1, 5);
        }

        int extra = 31 - int.LeadingZeroCount(distance - 1) - 1;
        int code = (2 * extra) + 2 + (((distance - 1) >> extra) & 1);
        return Code(code, 5).Bits((distance - 1) & ((1 << extra) - 1), extra);
    }

    public DeflateText EndBlock() => Code(0, 7);

    public DeflateText Store(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        Begin(isFinal, 0).Align();
        _bytes.AddRange([(byte)bytes.Length, (byte)(bytes.Length >> 8), (byte)~bytes.Length, (byte)(~bytes.Length >> 8)]);
        _bytes.AddRange(bytes);
        return this;
    }

    /// <summary>The header of the empty stored block whose last four bytes are removed.</summary>
    public byte[] Sync() => Begin(false, 0).ToBytes();

    public byte[] ToBytes()
    {
        Align();
        return [.. _bytes];
    }

    public DeflateText Bits(int value, int count)
    {
        for (int i = 0; i < count; i++)
        {
            _value |= ((value >> i) & 1) << _count;
            if (++_count == 8)
            {
                Align();
            }
        }

        return this;
    }

    private DeflateText Code(int code, int length)
    {
        for (int i = length - 1; i >= 0; i--)
        {
            Bits(code >> i, 1);
        }

        return this;
    }

    private void Align()
    {
        if (_count > 0)
        {
            _bytes.Add((byte)_value);
            _value = 0;
            _count = 0;
        }
    }
}
