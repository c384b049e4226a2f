using System.Text;
using WireProtocols.Buffers;

namespace WireProtocols.JsonRpc;

/// <summary>The bytes of a header as they are gathered, line by line, and of what is skipped in search of one.</summary>
internal struct JsonRpcHeaderBytes
{
    private PooledBuffer _bytes;
    private int _taken;
    private int _searched;

    /// <summary>How many there are.</summary>
    public readonly int Length => _bytes.Length;

    /// <summary>How many of them are lines that have been taken.</summary>
    public readonly int Taken => _taken;

    /// <summary>Gathers from the source to the end of a line.</summary>
    /// <param name="source">The source.</param>
    /// <param name="room">How many bytes there is room for.</param>
    /// <param name="line">The next line with its LF, valid until the next change.</param>
    /// <param name="count">How many bytes of the source have been gathered.</param>
    /// <returns>False where there is no whole line.</returns>
    public bool TryTakeLine(ReadOnlySpan<byte> source, int room, out ReadOnlySpan<byte> line, out int count)
    {
        // There may be lines here already, where a search has ended.
        count = 0;
        int end = _bytes.Written[_searched..].IndexOf((byte)'\n');
        if (end < 0)
        {
            source = source[..Math.Min(source.Length, room)];
            int lineFeed = source.IndexOf((byte)'\n');
            count = lineFeed < 0 ? source.Length : lineFeed + 1;
            _searched = _bytes.Length;
            _bytes.Append(source[..count]);
            end = lineFeed;
        }

        _searched = end < 0 ? _bytes.Length : _searched + end + 1;
        line = end < 0 ? default : _bytes.Written[_taken.._searched];
        _taken = end < 0 ? _taken : _searched;
        return end >= 0;
    }

    /// <summary>Looks for the beginning of a header.</summary>
    /// <param name="source">Where to look, behind what has been gathered.</param>
    /// <param name="from">The first byte of what has been gathered that may be one; 0 for the next call.</param>
    /// <param name="dropped">How many bytes before it have been let go.</param>
    /// <param name="count">How many bytes of the source have been taken in, and none behind the name of its field.</param>
    /// <returns>False where all of the source was taken in.</returns>
    public bool TryFindHeader(ReadOnlySpan<byte> source, ref int from, out long dropped, out int count)
    {
        const int MaxStep = 4096;
        (dropped, count) = (0, 0);
        int step = 0;
        while (true)
        {
            int index = IndexOfName(_bytes.Written[from..]);
            if (index >= 0)
            {
                int behind = Math.Min(step, Length - (from + index + JsonRpcHeader.LengthName.Length));
                _bytes.Truncate(Length - behind);
                count -= behind;
                dropped += Drop(from + index);
                from = 0;
                return true;
            }

            dropped += Drop(Math.Max(from, Length - (JsonRpcHeader.LengthName.Length - 1)));
            from = 0;
            step = Math.Min(MaxStep, source.Length - count);
            if (step == 0)
            {
                return false;
            }

            _bytes.Append(source.Slice(count, step));
            count += step;
        }
    }

    public void Clear()
    {
        _bytes.Release();
        (_taken, _searched) = (0, 0);
    }

    private int Drop(int count)
    {
        Span<byte> written = _bytes.Written;
        written[count..].CopyTo(written);
        _bytes.Truncate(written.Length - count);
        (_taken, _searched) = (0, 0);
        return count;
    }

    private static int IndexOfName(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> name = JsonRpcHeader.LengthName;
        int at = 0;
        while (bytes.Length - at >= name.Length)
        {
            int first = bytes[at..^(name.Length - 1)].IndexOfAny((byte)'C', (byte)'c');
            if (first < 0)
            {
                return -1;
            }

            at += first;
            if (Ascii.EqualsIgnoreCase(bytes.Slice(at, name.Length), name))
            {
                return at;
            }

            at++;
        }

        return -1;
    }
}
