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
    /// <param name="maxDepth">The deepest nesting.</param>
    /// <param name="index">The offending byte, or the length where the text ends too early.</param>
    public static NdjsonProtocolError CheckLine(ReadOnlySpan<byte> line, int maxDepth, out int index)
    {
        NdjsonProtocolError error = CheckBytes(line, out index);
        return error == NdjsonProtocolError.None ? CheckSyntax(line, maxDepth, out index) : error;
    }

    /// <summary>Checks a text in which line breaks are white space.</summary>
    public static NdjsonProtocolError CheckText(ReadOnlySpan<byte> text, int maxDepth, out int index)
    {
        NdjsonProtocolError error = CheckUtf8(text, out index);
        return error == NdjsonProtocolError.None ? CheckSyntax(text, maxDepth, out index) : error;
    }

    /// <summary>Checks what the serializer does not: UTF-8, also in what it skips, and carriage returns.</summary>
    public static NdjsonProtocolError CheckBytes(ReadOnlySpan<byte> line, out int index)
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

    public static NdjsonProtocolError CheckUtf8(ReadOnlySpan<byte> text, out int index)
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

    public static NdjsonProtocolError CheckSyntax(ReadOnlySpan<byte> text, int maxDepth, out int index)
    {
        JsonReaderState state = new(new JsonReaderOptions { MaxDepth = maxDepth });
        int read = 0;
        return Read(text, ref read, isFinalBlock: true, ref state, out _, out index);
    }

    /// <summary>Reads on in a text that grows.</summary>
    /// <param name="text">All of the text that is there.</param>
    /// <param name="read">How many bytes of it have been read, before and after.</param>
    /// <param name="isFinalBlock">Whether the text ends here.</param>
    /// <param name="state">Where the reader stands in the text.</param>
    /// <param name="isComplete">Whether the value has ended.</param>
    /// <param name="index">The offending byte, or the length where the text ends too early.</param>
    public static NdjsonProtocolError Read(
        ReadOnlySpan<byte> text, ref int read, bool isFinalBlock, ref JsonReaderState state, out bool isComplete, out int index)
    {
        Utf8JsonReader reader = new(text[read..], isFinalBlock, state);
        try
        {
            while (reader.Read())
            {
            }

            state = reader.CurrentState;
            read += (int)reader.BytesConsumed;
            isComplete = reader.CurrentDepth == 0 && reader.TokenType
                is not (JsonTokenType.None or JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);
            index = -1;
            return NdjsonProtocolError.None;
        }
        catch (JsonException exception)
        {
            isComplete = false;
            index = IndexOf(exception, text);
            bool opens = index < text.Length && text[index] is (byte)'{' or (byte)'[';

            // On a token that opens, the reader tells the depth that it is at, not the one that it opens.
            int depth = reader.CurrentDepth + (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray ? 1 : 0);
            return opens && depth >= state.Options.MaxDepth ? NdjsonProtocolError.NestingTooDeep : NdjsonProtocolError.InvalidJson;
        }
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
