using System.Text;
using WireProtocols.Buffers;

namespace WireProtocols.Http1;

/// <summary>Writes chunk lines, and keeps the extensions of the next one until it is written (RFC 9112 §7.1.1).</summary>
internal struct ChunkLineWriter
{
    /// <summary>The length of a CRLF.</summary>
    public const int LineEnd = 2;

    private PooledBuffer _extensions;

    /// <summary>How many bytes the line of a chunk takes, its CRLF included.</summary>
    public readonly int GetLength(long size) => ChunkedDigits.CountHexDigits(size) + _extensions.Length + LineEnd;

    /// <summary>Adds an extension to the next line.</summary>
    public void Add(string name, string? value)
    {
        _extensions.Append((byte)';');
        Append(name);
        if (value is null)
        {
            return;
        }

        _extensions.Append((byte)'=');
        if (FieldText.IsToken(value))
        {
            Append(value);
        }
        else
        {
            AppendQuoted(value);
        }
    }

    /// <summary>Adds extensions as a decoder has read them, which has checked them: the text behind the first semicolon, perhaps empty.</summary>
    public void AddRaw(ReadOnlySpan<byte> extensions)
    {
        if (!extensions.IsEmpty)
        {
            _extensions.Append((byte)';');
            _extensions.Append(extensions);
        }
    }

    /// <summary>Writes the line and forgets the extensions.</summary>
    public void Write(Span<byte> output, long size)
    {
        int digits = ChunkedDigits.CountHexDigits(size);
        for (int index = digits - 1; index >= 0; index--)
        {
            output[index] = "0123456789abcdef"u8[(int)(size & 15)];
            size >>= 4;
        }

        int length = digits;
        if (_extensions.Length > 0)
        {
            _extensions.Written.CopyTo(output[digits..]);
            length += _extensions.Length;
            _extensions.Release();
        }

        output[length] = (byte)'\r';
        output[length + 1] = (byte)'\n';
    }

    /// <summary>Forgets the extensions.</summary>
    public void Release() => _extensions.Release();

    private void Append(string text) => Encoding.Latin1.GetBytes(text, _extensions.Reserve(text.Length));

    private void AppendQuoted(string value)
    {
        _extensions.Append((byte)'"');
        foreach (char c in value)
        {
            if (c is '"' or '\\')
            {
                _extensions.Append((byte)'\\');
            }

            _extensions.Append((byte)c);
        }

        _extensions.Append((byte)'"');
    }
}
