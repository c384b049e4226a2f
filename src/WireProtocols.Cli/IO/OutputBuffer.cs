using System.Buffers;
using System.Text;

namespace WireProtocols.Cli.IO;

/// <summary>Collects what goes to stdout, so that a row is one piece and many rows are one write.</summary>
internal sealed class OutputBuffer(Stream stream) : IBufferWriter<byte>
{
    private const int FlushSize = 64 * 1024;
    private byte[] _bytes = new byte[FlushSize];
    private int _length;

    /// <summary>Called before bytes are written to the stream.</summary>
    public Action? BeforeFlush { get; set; }

    public void Advance(int count) => _length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Ensure(Math.Max(sizeHint, 256));
        return _bytes.AsMemory(_length);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_length));
        _length += bytes.Length;
    }

    public void Write(ReadOnlySpan<char> text)
    {
        Ensure(Encoding.UTF8.GetMaxByteCount(text.Length));
        _length += Encoding.UTF8.GetBytes(text, _bytes.AsSpan(_length));
    }

    /// <summary>A row or line is complete: writes when enough has been collected.</summary>
    public void EndElement()
    {
        if (_length >= FlushSize)
        {
            Flush();
        }
    }

    /// <exception cref="OutputClosedException">Nobody reads any more.</exception>
    public void Flush()
    {
        if (_length == 0)
        {
            return;
        }

        BeforeFlush?.Invoke();
        int length = _length;
        _length = 0;
        try
        {
            stream.Write(_bytes, 0, length);
            stream.Flush();
        }
        catch (IOException exception) when (IsClosedPipe(exception))
        {
            throw new OutputClosedException();
        }

        if (_bytes.Length > 16 * FlushSize)
        {
            _bytes = new byte[FlushSize];
        }
    }

    // EPIPE; ERROR_BROKEN_PIPE and ERROR_NO_DATA.
    private static bool IsClosedPipe(IOException exception) => (exception.HResult & 0xFFFF) is 32 or 109 or 232;

    private void Ensure(int count)
    {
        if (_bytes.Length - _length < count)
        {
            Array.Resize(ref _bytes, (int)Math.Min(Math.Max(2L * _bytes.Length, (long)_length + count), Array.MaxLength));
        }
    }
}

/// <summary>The reader of stdout went away; the tool ends quietly.</summary>
internal sealed class OutputClosedException : Exception;
