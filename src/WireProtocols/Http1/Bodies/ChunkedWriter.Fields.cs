using System.Text;
using WireProtocols.Buffers;

namespace WireProtocols.Http1;

/// <content>Extensions and trailers.</content>
public sealed partial class ChunkedWriter
{
    /// <summary>
    /// Adds an extension to the next chunk (RFC 9112 §7.1.1), which begins here: what was gathered before becomes a chunk without it. When
    /// no payload follows, the last chunk carries it.
    /// </summary>
    /// <param name="name">A token.</param>
    /// <param name="value">The value, in ISO 8859-1 and without control characters other than tab; written as a quoted string where it is no
    /// token. Null for an extension without a value.</param>
    /// <exception cref="ArgumentException">The name or the value cannot be written so that it parses back.</exception>
    public void AddExtension(string name, string? value = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        CheckToken(name, nameof(name));
        CheckText(value, nameof(value));
        ThrowIfCompleted();
        CloseChunk();
        _extensions.Append((byte)';');
        Append(ref _extensions, name);
        if (value is null)
        {
            return;
        }

        _extensions.Append((byte)'=');
        if (IsToken(value))
        {
            Append(ref _extensions, value);
        }
        else
        {
            AppendQuoted(value);
        }
    }

    /// <summary>Adds a trailer field, to be written when the body is completed (RFC 9112 §7.1.2).</summary>
    /// <param name="name">A token, and not a field that must not be sent as a trailer (<see cref="TrailerFields.IsForbidden"/>).</param>
    /// <param name="value">The value, in ISO 8859-1, without control characters other than tab and without white space around it.</param>
    /// <exception cref="ArgumentException">The name or the value cannot be sent as a trailer.</exception>
    public void AddTrailer(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(value);
        CheckToken(name, nameof(name));
        CheckText(value, nameof(value));
        AddTrailer(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));
    }

    /// <summary>The same from bytes, for instance from a trailer that was read.</summary>
    /// <param name="name">A token, and not a field that must not be sent as a trailer (<see cref="TrailerFields.IsForbidden"/>).</param>
    /// <param name="value">The value, without control characters other than tab and without white space around it.</param>
    /// <exception cref="ArgumentException">The name or the value cannot be sent as a trailer.</exception>
    public void AddTrailer(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (!Http1Grammar.IsToken(name))
        {
            throw new ArgumentException("A field name is a token (RFC 9110 §5.1).", nameof(name));
        }

        // "A sender MUST NOT generate a trailer field unless the sender knows the corresponding header field name's definition permits the
        // field to be sent in trailers" (RFC 9110 §6.5.1).
        if (!_options.AllowForbiddenTrailers && TrailerFields.IsForbidden(name))
        {
            throw new ArgumentException("This field must not be sent as a trailer (RFC 9110 §6.5.1).", nameof(name));
        }

        if (!Http1Grammar.IsFieldValue(value))
        {
            throw new ArgumentException("A field value holds no control characters and no white space around it (RFC 9110 §5.5).", nameof(value));
        }

        ThrowIfCompleted();
        _trailers.Append(name);
        _trailers.Append(": "u8);
        _trailers.Append(value);
        _trailers.Append("\r\n"u8);
    }

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

    private static void Append(ref PooledBuffer buffer, string text) => Encoding.Latin1.GetBytes(text, buffer.Reserve(text.Length));

    private static bool IsToken(string text)
    {
        foreach (char c in text)
        {
            if (c > 0x7F || !Http1Grammar.Token.Contains((byte)c))
            {
                return false;
            }
        }

        return text.Length > 0;
    }

    private static void CheckToken(string text, string parameter)
    {
        if (!IsToken(text))
        {
            throw new ArgumentException("A name is a token (RFC 9110 §5.6.2).", parameter);
        }
    }

    private static void CheckText(string? text, string parameter)
    {
        foreach (char c in text ?? "")
        {
            if (c > 0xFF || Http1Grammar.Controls.Contains((byte)c))
            {
                throw new ArgumentException("A value is ISO 8859-1 text without control characters (RFC 9110 §5.5).", parameter);
            }
        }
    }
}
