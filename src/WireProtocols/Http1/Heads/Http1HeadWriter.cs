using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace WireProtocols.Http1;

/// <summary>
/// Writes a request or response head of HTTP/1.1 into any buffer writer, a pipe's included; it never flushes. Whatever is passed parses back to
/// that one element: each call checks everything before it writes a byte, by the decoder's own rules, and throws
/// <see cref="ArgumentException"/> for what cannot stand there. Nothing is allocated.
/// </summary>
/// <example><code>
/// Http1HeadWriter head = Http1HeadWriter.StartResponse(pipe.Writer, 200);
/// head.WriteField("Content-Type"u8, "text/plain"u8);
/// head.Complete();
/// </code></example>
public ref struct Http1HeadWriter
{
    private const int StackLimit = 256;

    private readonly IBufferWriter<byte>? _output;
    private readonly int _statusCode;
    private Http1Framing _framing;
    private int _offset;

    private Http1HeadWriter(IBufferWriter<byte> output, int statusCode)
    {
        _output = output;
        _statusCode = statusCode;
        _framing = new Http1Framing(isRequest: statusCode == 0, minorVersion: 1);
        _offset = 1;
    }

    /// <summary>Writes a request-line.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="method">A token.</param>
    /// <param name="target">A request-target in the form that the method wants (RFC 9112 §3.2), percent-encoded.</param>
    /// <exception cref="ArgumentException">The method is no token, or the target has none of the four forms.</exception>
    public static Http1HeadWriter StartRequest(IBufferWriter<byte> output, ReadOnlySpan<byte> method, ReadOnlySpan<byte> target)
    {
        ArgumentNullException.ThrowIfNull(output);
        Check(Http1Grammar.IsToken(method), Http1ProtocolError.InvalidMethod, nameof(method));
        Check(Http1Target.IsValid(method, target), Http1ProtocolError.InvalidTarget, nameof(target));
        Http1HeadWriter writer = new(output, 0);
        int length = method.Length + 1 + target.Length + " HTTP/1.1\r\n"u8.Length;
        Span<byte> line = output.GetSpan(length);
        method.CopyTo(line);
        line[method.Length] = Http1Grammar.Space;
        target.CopyTo(line[(method.Length + 1)..]);
        " HTTP/1.1\r\n"u8.CopyTo(line[(method.Length + 1 + target.Length)..]);
        output.Advance(length);
        return writer;
    }

    /// <summary>Writes a status-line with the reason phrase of <see cref="Http1ReasonPhrase"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The status code is not 100 to 599.</exception>
    public static Http1HeadWriter StartResponse(IBufferWriter<byte> output, int statusCode)
        => StartResponse(output, statusCode, Http1ReasonPhrase.Get(statusCode));

    /// <summary>Writes a status-line.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="statusCode">100 to 599 (RFC 9110 §15).</param>
    /// <param name="reason">The reason phrase, without control characters; may be empty.</param>
    /// <exception cref="ArgumentException">The reason holds a control character.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The status code is not 100 to 599.</exception>
    public static Http1HeadWriter StartResponse(IBufferWriter<byte> output, int statusCode, ReadOnlySpan<byte> reason)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentOutOfRangeException.ThrowIfLessThan(statusCode, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(statusCode, 599);
        Check(!reason.ContainsAny(Http1Grammar.Controls), Http1ProtocolError.InvalidReasonPhrase, nameof(reason));
        int length = "HTTP/1.1 200 \r\n"u8.Length + reason.Length;
        Span<byte> line = output.GetSpan(length);
        "HTTP/1.1 "u8.CopyTo(line);
        Utf8Formatter.TryFormat(statusCode, line[9..], out _);
        line[12] = Http1Grammar.Space;
        reason.CopyTo(line[13..]);
        "\r\n"u8.CopyTo(line[(13 + reason.Length)..]);
        output.Advance(length);
        return new Http1HeadWriter(output, statusCode);
    }

    /// <summary>Writes a field line.</summary>
    /// <param name="name">A token.</param>
    /// <param name="value">A field value: no control characters but HTAB, no white space at its ends; may be empty.</param>
    /// <exception cref="ArgumentException">Name or value break the grammar, or the field breaks a framing rule: a second Host or Content-Length,
    /// Content-Length beside Transfer-Encoding, a malformed one, or either in a response that cannot have it.</exception>
    public void WriteField(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        IBufferWriter<byte> output = _output ?? throw new InvalidOperationException("Nothing can be written before the start-line or after the end.");
        Check(Http1Grammar.IsToken(name), Http1ProtocolError.InvalidFieldName, nameof(name));
        Check(Http1Grammar.IsFieldValue(value), Http1ProtocolError.InvalidFieldValue, nameof(value));
        CheckFraming(name, value);
        int length = name.Length + value.Length + 4;
        Span<byte> line = output.GetSpan(length);
        name.CopyTo(line);
        ": "u8.CopyTo(line[name.Length..]);
        value.CopyTo(line[(name.Length + 2)..]);
        "\r\n"u8.CopyTo(line[(length - 2)..]);
        output.Advance(length);
    }

    /// <summary>Writes a field line whose value is ASCII text.</summary>
    /// <param name="name">A token.</param>
    /// <param name="value">A field value of ASCII characters.</param>
    /// <exception cref="ArgumentException">As above, or the value is not ASCII.</exception>
    public void WriteField(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<char> value)
    {
        byte[]? rented = value.Length > StackLimit ? ArrayPool<byte>.Shared.Rent(value.Length) : null;
        Span<byte> bytes = rented ?? stackalloc byte[StackLimit];
        try
        {
            Check(Ascii.FromUtf16(value, bytes, out int written) == OperationStatus.Done, Http1ProtocolError.InvalidFieldValue, nameof(value));
            WriteField(name, bytes[..written]);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>Writes a field line whose value is a decimal number, for instance Content-Length.</summary>
    /// <exception cref="ArgumentException">As above.</exception>
    public void WriteField(scoped ReadOnlySpan<byte> name, long value)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(value, digits, out int written);
        WriteField(name, digits[..written]);
    }

    /// <summary>Writes the empty line that ends the head. Nothing can be written through this value afterwards.</summary>
    /// <exception cref="InvalidOperationException">The head is not complete: a request without Host, or with transfer codings that do not end in
    /// chunked; nothing has been written then.</exception>
    public void Complete()
    {
        IBufferWriter<byte> output = _output ?? throw new InvalidOperationException("The head is complete, or was never begun.");
        Http1ProtocolError error = _framing.Complete(allowOther: true, end: 0, out _);
        if (error != Http1ProtocolError.None)
        {
            throw new InvalidOperationException($"{error.GetRule().Text} ({error.GetRule().Section}).");
        }

        output.Write("\r\n"u8);
        this = default;
    }

    private void CheckFraming(scoped ReadOnlySpan<byte> name, scoped ReadOnlySpan<byte> value)
    {
        Http1FramingField field = Http1Framing.Classify(name);
        if (field == Http1FramingField.None)
        {
            return;
        }

        // "A server MUST NOT send a Transfer-Encoding header field in any response with a status code of 1xx (Informational) or 204
        // (No Content)", and the same of Content-Length (RFC 9112 §6.1, RFC 9110 §8.6).
        if (field != Http1FramingField.Host && _statusCode is (>= 100 and < 200) or 204)
        {
            throw new ArgumentException(
                "A response with status 1xx or 204 has neither Content-Length nor Transfer-Encoding (RFC 9110 §8.6).", nameof(name));
        }

        // On a copy: a field that is refused leaves no trace.
        Http1Framing framing = _framing;
        Http1ProtocolError error = framing.AddName(field);
        Check(error == Http1ProtocolError.None, error, nameof(name));
        error = framing.AddValue(field, value, _offset, out _);
        Check(error == Http1ProtocolError.None, error, nameof(value));
        _framing = framing;
        _offset += value.Length + 1;
    }

    private static void Check(bool condition, Http1ProtocolError error, string parameter)
    {
        if (!condition)
        {
            throw new ArgumentException($"{error.GetRule().Text} ({error.GetRule().Section}).", parameter);
        }
    }
}
