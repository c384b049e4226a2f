using System.Text;

namespace WireProtocols.Http1;

/// <summary>A field that message framing and routing depend on.</summary>
internal enum Http1FramingField : byte
{
    None,
    Host,
    ContentLength,
    TransferEncoding,
}

/// <summary>
/// The rules over Host, Content-Length and Transfer-Encoding. The decoder and the writer walk the same rules, so that the one never
/// refuses what the other made.
/// </summary>
internal struct Http1Framing(bool isRequest, int minorVersion)
{
    private bool _hasHost;
    private int _chunkedEnd;
    private int _lastCoding;
    private int _otherCoding;

    /// <summary>The value of Content-Length, or -1.</summary>
    public long ContentLength { get; private set; } = -1;

    public bool HasTransferEncoding { get; private set; }

    /// <summary>True when chunked is the last transfer coding.</summary>
    public readonly bool IsChunked => _chunkedEnd > 0 && _chunkedEnd > _lastCoding;

    private bool HasContentLength { get; set; }

    /// <summary>Whether a framing field has a name of this length: most names need no closer look.</summary>
    public static bool MayBeField(int nameLength) => nameLength <= 17 && ((1 << nameLength) & ((1 << 4) | (1 << 14) | (1 << 17))) != 0;

    public static Http1FramingField Classify(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when (name[0] | 0x20) == 'h' && Ascii.EqualsIgnoreCase(name, "host"u8) => Http1FramingField.Host,
        14 when (name[0] | 0x20) == 'c' && Ascii.EqualsIgnoreCase(name, "content-length"u8) => Http1FramingField.ContentLength,
        17 when (name[0] | 0x20) == 't' && Ascii.EqualsIgnoreCase(name, "transfer-encoding"u8) => Http1FramingField.TransferEncoding,
        _ => Http1FramingField.None,
    };

    /// <summary>A field line of this name begins.</summary>
    public Http1ProtocolError AddName(Http1FramingField field)
    {
        switch (field)
        {
            case Http1FramingField.Host when isRequest && _hasHost:
                return Http1ProtocolError.DuplicateHost;
            case Http1FramingField.Host:
                _hasHost = true;
                return Http1ProtocolError.None;
            case Http1FramingField.ContentLength when HasContentLength:
                return Http1ProtocolError.DuplicateContentLength;
            case Http1FramingField.ContentLength:
                HasContentLength = true;
                return HasTransferEncoding ? Http1ProtocolError.ContentLengthWithTransferEncoding : Http1ProtocolError.None;
            case Http1FramingField.TransferEncoding when minorVersion == 0:
                // "... MUST treat the message as if the framing is faulty, even if a Content-Length is present"
                return Http1ProtocolError.TransferEncodingInHttp10;
            case Http1FramingField.TransferEncoding:
                HasTransferEncoding = true;
                return HasContentLength ? Http1ProtocolError.ContentLengthWithTransferEncoding : Http1ProtocolError.None;
            default:
                return Http1ProtocolError.None;
        }
    }

    /// <summary>The value of that field line is complete.</summary>
    /// <param name="field">The field.</param>
    /// <param name="value">The value without OWS at its ends.</param>
    /// <param name="start">Where the value begins in the head, above 0.</param>
    /// <param name="offset">Where in the head the offending byte is.</param>
    public Http1ProtocolError AddValue(Http1FramingField field, ReadOnlySpan<byte> value, int start, out int offset)
    {
        offset = start;
        switch (field)
        {
            case Http1FramingField.Host when isRequest && !value.IsEmpty:
                // An empty value is what a client sends whose URI has no authority (RFC 9112 §3.2).
                int invalid = Http1Authority.FindInvalid(value, portRequired: false);
                offset += invalid;
                return invalid < 0 ? Http1ProtocolError.None : Http1ProtocolError.InvalidHost;
            case Http1FramingField.ContentLength:
                return AddContentLength(value, ref offset);
            case Http1FramingField.TransferEncoding:
                return AddTransferEncoding(value, start, ref offset);
            default:
                return Http1ProtocolError.None;
        }
    }

    /// <summary>The head is complete.</summary>
    /// <param name="allowOther">Whether codings other than chunked may be there.</param>
    /// <param name="end">Where the last byte of the head is.</param>
    /// <param name="offset">Where the offending byte is.</param>
    public readonly Http1ProtocolError Complete(bool allowOther, int end, out int offset)
    {
        offset = end;
        if (isRequest && minorVersion > 0 && !_hasHost)
        {
            return Http1ProtocolError.MissingHost;
        }

        if (isRequest && HasTransferEncoding && !IsChunked)
        {
            // "If a Transfer-Encoding header field is present in a request and the chunked transfer coding is not the final encoding ...
            // the server MUST respond with the 400 (Bad Request) status code and then close the connection."
            offset = _lastCoding > 0 ? _lastCoding : end;
            return Http1ProtocolError.ChunkedNotFinal;
        }

        offset = _otherCoding;
        return _otherCoding > 0 && !allowOther ? Http1ProtocolError.UnsupportedTransferCoding : Http1ProtocolError.None;
    }

    private Http1ProtocolError AddContentLength(ReadOnlySpan<byte> value, ref int offset)
    {
        long length = 0;
        foreach (byte digit in value)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return Http1ProtocolError.InvalidContentLength;
            }

            int number = digit - '0';
            if (length > (long.MaxValue - number) / 10)
            {
                return Http1ProtocolError.ContentLengthTooLarge;
            }

            length = (length * 10) + number;
            offset++;
        }

        ContentLength = length;
        return value.IsEmpty ? Http1ProtocolError.InvalidContentLength : Http1ProtocolError.None;
    }

    private Http1ProtocolError AddTransferEncoding(ReadOnlySpan<byte> value, int start, ref int offset)
    {
        Http1TransferCodings codings = new(value);
        while (codings.MoveNext())
        {
            int position = start + codings.Start;
            offset = position;
            if (!Ascii.EqualsIgnoreCase(codings.Name, "chunked"u8))
            {
                _lastCoding = position;
                _otherCoding = _otherCoding == 0 ? position : _otherCoding;
                if (isRequest && _chunkedEnd > 0)
                {
                    return Http1ProtocolError.ChunkedNotFinal;
                }
            }
            else if (_chunkedEnd > 0)
            {
                return Http1ProtocolError.ChunkedTwice;
            }
            else if (codings.HasParameters)
            {
                // "The chunked coding does not define any parameters. Their presence SHOULD be treated as an error." (RFC 9112 §7.1)
                offset = position + codings.Name.Length;
                return Http1ProtocolError.InvalidTransferEncoding;
            }
            else
            {
                _chunkedEnd = position + codings.Name.Length;
            }
        }

        offset = start + codings.Start;
        return codings.IsValid ? Http1ProtocolError.None : Http1ProtocolError.InvalidTransferEncoding;
    }
}
