using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace WireProtocols.JsonRpc;

/// <summary>The fields of one header, line by line (LSP §Header Part): "The structure of header fields conforms to the HTTP semantic".</summary>
internal struct JsonRpcHeader
{
    private static readonly SearchValues<byte> TokenBytes
        = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // All but HTAB.
    private static readonly SearchValues<byte> Controls
        = SearchValues.Create([.. Enumerable.Range(0, 0x20).Where(c => c != '\t').Select(c => (byte)c), 0x7F]);

    private bool _hasLength;

    /// <summary>How long the content is, where that has been said.</summary>
    public int ContentLength { get; private set; }

    /// <summary>The name of the one field that has to be there, with its colon.</summary>
    public static ReadOnlySpan<byte> LengthName => "Content-Length:"u8;

    /// <summary>Takes a line.</summary>
    /// <param name="line">The line with its LF.</param>
    /// <param name="options">What is allowed.</param>
    /// <param name="isLast">Whether it is the empty line behind the fields.</param>
    /// <param name="index">The offending byte.</param>
    public JsonRpcProtocolError Take(ReadOnlySpan<byte> line, JsonRpcOptions options, out bool isLast, out int index)
    {
        isLast = false;
        index = line.Length - 1;
        bool hasReturn = line.Length > 1 && line[^2] == '\r';
        if (!hasReturn && !options.AllowBareLineFeed)
        {
            return JsonRpcProtocolError.LineEndMalformed;
        }

        ReadOnlySpan<byte> text = line[..(hasReturn ? index - 1 : index)];
        if (text.IsEmpty)
        {
            isLast = true;
            index = 0;
            return _hasLength ? JsonRpcProtocolError.None : JsonRpcProtocolError.ContentLengthMissing;
        }

        int nameLength = text.IndexOfAnyExcept(TokenBytes);
        if (nameLength <= 0 || text[nameLength] != ':')
        {
            index = nameLength < 0 ? text.Length : nameLength;
            return JsonRpcProtocolError.FieldMalformed;
        }

        index = text.IndexOfAny(Controls);
        if (index >= 0)
        {
            return JsonRpcProtocolError.FieldMalformed;
        }

        ReadOnlySpan<byte> name = text[..nameLength];
        int start = nameLength + 1;
        start += CountSpaces(text[start..]);
        ReadOnlySpan<byte> value = text[start..].TrimEnd(" \t"u8);
        index = start;
        return Ascii.EqualsIgnoreCase(name, "Content-Length"u8) ? TakeLength(value, options.MaxContentLength, ref index)
            : Ascii.EqualsIgnoreCase(name, "Content-Type"u8) && !IsUtf8(value) ? JsonRpcProtocolError.CharsetUnsupported
            : JsonRpcProtocolError.None;
    }

    private JsonRpcProtocolError TakeLength(ReadOnlySpan<byte> value, int most, ref int index)
    {
        if (_hasLength)
        {
            index = 0;
            return JsonRpcProtocolError.ContentLengthRepeated;
        }

        int wrong = value.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        if (wrong >= 0 || value.IsEmpty)
        {
            index += Math.Max(0, wrong);
            return JsonRpcProtocolError.ContentLengthMalformed;
        }

        ReadOnlySpan<byte> digits = value.TrimStart((byte)'0');
        int length = 0;
        if (!digits.IsEmpty && (!Utf8Parser.TryParse(digits, out length, out int parsed) || parsed != digits.Length || length > most))
        {
            return JsonRpcProtocolError.ContentTooLong;
        }

        (_hasLength, ContentLength) = (true, length);
        return JsonRpcProtocolError.None;
    }

    /// <summary>"For backwards compatibility it is highly recommended that a client and a server treats the string utf8 as utf-8."</summary>
    private static bool IsUtf8(ReadOnlySpan<byte> contentType)
    {
        int semicolon = contentType.IndexOf((byte)';');
        while (semicolon >= 0)
        {
            contentType = contentType[(semicolon + 1)..].TrimStart(" \t"u8);
            semicolon = contentType.IndexOf((byte)';');
            ReadOnlySpan<byte> parameter = (semicolon < 0 ? contentType : contentType[..semicolon]).TrimEnd(" \t"u8);
            const int NameLength = 8;
            if (parameter.Length >= NameLength && Ascii.EqualsIgnoreCase(parameter[..NameLength], "charset="u8))
            {
                ReadOnlySpan<byte> charset = parameter[NameLength..].Trim((byte)'"');
                return Ascii.EqualsIgnoreCase(charset, "utf-8"u8) || Ascii.EqualsIgnoreCase(charset, "utf8"u8);
            }
        }

        return true;
    }

    private static int CountSpaces(ReadOnlySpan<byte> text)
    {
        int count = text.IndexOfAnyExcept(" \t"u8);
        return count < 0 ? text.Length : count;
    }
}
