namespace WireProtocols.Cli.IO;

/// <summary>Cuts input that arrives in any split into lines; a line is held whole, up to a limit.</summary>
internal sealed class LineSplitter(int maxLine, string raise = "--max-line")
{
    private byte[] _pending = [];
    private int _length;

    /// <summary>The number of the line that was handed out last, from 1.</summary>
    public long Number { get; private set; }

    /// <summary>Takes the next line, without its line feed, from the front of <paramref name="bytes"/>.</summary>
    /// <returns>False when no line ends in them; they have been taken in.</returns>
    public bool TryRead(ref ReadOnlyMemory<byte> bytes, out ReadOnlyMemory<byte> line)
    {
        int end = bytes.Span.IndexOf((byte)'\n');
        line = end < 0 ? default : bytes[..end];
        if (end < 0 || _length > 0)
        {
            Append(end < 0 ? bytes.Span : line.Span);
            line = _pending.AsMemory(0, _length);
        }

        bytes = end < 0 ? default : bytes[(end + 1)..];
        if (end < 0)
        {
            return false;
        }

        _length = 0;
        Number++;
        return true;
    }

    /// <summary>What stands behind the last line feed.</summary>
    public ReadOnlyMemory<byte> Complete()
    {
        Number++;
        return _pending.AsMemory(0, _length);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if ((long)_length + bytes.Length > maxLine)
        {
            throw ToolException.Usage($"line {Number + 1} is longer than {maxLine} bytes; {raise} raises the limit.");
        }

        if (_pending.Length - _length < bytes.Length)
        {
            Array.Resize(ref _pending, (int)Math.Min(Math.Max(2L * _pending.Length, (long)_length + bytes.Length), Array.MaxLength));
        }

        bytes.CopyTo(_pending.AsSpan(_length));
        _length += bytes.Length;
    }
}
