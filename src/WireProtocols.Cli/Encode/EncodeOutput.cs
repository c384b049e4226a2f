using System.Buffers;
using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.Encode;

/// <summary>The bytes of `wire encode` on their way out: as they are, or as hex text of 32 bytes a line.</summary>
internal sealed class EncodeOutput(OutputBuffer output, bool hex) : IBufferWriter<byte>
{
    private const int BytesPerLine = 32;
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private int _column;

    public void Advance(int count)
    {
        if (hex)
        {
            _bytes.Advance(count);
        }
        else
        {
            output.Advance(count);
        }
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => hex ? _bytes.GetMemory(sizeHint) : output.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>A row has been written.</summary>
    public void EndElement()
    {
        WriteHex();
        output.EndElement();
    }

    public void Flush()
    {
        WriteHex();
        output.Flush();
    }

    /// <summary>Ends the last line of hex text.</summary>
    public void End()
    {
        WriteHex();
        if (_column > 0)
        {
            output.Write("\n"u8);
        }
    }

    private void WriteHex()
    {
        foreach (byte value in _bytes.WrittenSpan)
        {
            output.Write(value.ToString("x2", null));
            if (++_column == BytesPerLine)
            {
                output.Write("\n"u8);
                _column = 0;
            }
        }

        _bytes.ResetWrittenCount();
    }
}
