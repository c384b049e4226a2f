using System.Text.Json;
using System.Text.Unicode;
using WireProtocols.Buffers;

namespace WireProtocols.Ndjson;

/// <summary>Checks that bytes are one JSON text (RFC 8259), and finds the byte where they are not.</summary>
internal static class JsonText
{
    /// <summary>The white space of JSON (RFC 8259 §2).</summary>
    public static ReadOnlySpan<byte> Whitespace => " \t\n\r"u8;

    public static bool IsWhitespace(byte value) => Whitespace.Contains(value);

    /// <summary>Checks the record of a line, which holds no carriage return.</summary>
    /// <param name="line">The record.</param>
    /// <param name="syntax">The checker.</param>
    /// <param name="index">The offending byte, or the length where the text ends too early.</param>
    public static NdjsonProtocolError CheckLine(ReadOnlySpan<byte> line, JsonSyntax syntax, out int index)
    {
        if (JsonGlance.IsCertain(line, syntax.MaxDepth))
        {
            index = -1;
            return NdjsonProtocolError.None;
        }

        NdjsonProtocolError error = CheckBytes(line, out index);
        return error == NdjsonProtocolError.None ? syntax.CheckWhole(line, out index) : error;
    }

    /// <summary>Checks a text in which line breaks are white space.</summary>
    public static NdjsonProtocolError CheckText(ReadOnlySpan<byte> text, JsonSyntax syntax, out int index)
    {
        if (JsonGlance.IsCertain(text, syntax.MaxDepth))
        {
            index = -1;
            return NdjsonProtocolError.None;
        }

        NdjsonProtocolError error = CheckUtf8(text, out index);
        return error == NdjsonProtocolError.None ? syntax.CheckWhole(text, out index) : error;
    }

    /// <summary>Checks what the syntax leaves to others: UTF-8 and carriage returns.</summary>
    private static NdjsonProtocolError CheckBytes(ReadOnlySpan<byte> line, out int index)
    {
        // Most records are printable ASCII, which one look tells.
        if (!line.ContainsAnyExceptInRange((byte)0x20, (byte)0x7E))
        {
            index = -1;
            return NdjsonProtocolError.None;
        }

        // "The JSON texts MUST NOT contain newlines or carriage returns" (ndjson-spec §3.1).
        index = line.IndexOf((byte)'\r');
        return index >= 0 ? NdjsonProtocolError.EmbeddedCarriageReturn : CheckUtf8(line, out index);
    }

    private static NdjsonProtocolError CheckUtf8(ReadOnlySpan<byte> text, out int index)
    {
        if (Utf8.IsValid(text))
        {
            index = -1;
            return NdjsonProtocolError.None;
        }

        if (default(Utf8Validator).Validate(text, out index) == System.Buffers.OperationStatus.NeedMoreData)
        {
            index = text.Length;
        }

        return NdjsonProtocolError.InvalidUtf8;
    }

    /// <summary>The byte that an exception's line and position mean.</summary>
    public static int IndexOf(JsonException exception, ReadOnlySpan<byte> text)
    {
        int start = 0;
        for (long line = exception.LineNumber ?? 0; line > 0; line--)
        {
            int end = text[start..].IndexOf((byte)'\n');
            if (end < 0)
            {
                break;
            }

            start += end + 1;
        }

        return (int)Math.Min(text.Length, start + (exception.BytePositionInLine ?? 0));
    }
}
