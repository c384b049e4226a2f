using System.Buffers;
using System.Text;

namespace WireProtocols.Multipart;

/// <summary>
/// Writes multipart bodies (RFC 2046 §5.1.1) to a <see cref="System.IO.Pipelines.PipeWriter"/> or any <see cref="IBufferWriter{T}"/>. Whatever is
/// passed, the bytes parse back to that, or the call throws before a byte is written: bodies are searched for the boundary. Nothing is flushed.
/// </summary>
public sealed class MultipartWriter
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly IBufferWriter<byte> _output;
    private readonly byte[] _delimiter;
    private MultipartMatch _match;
    private State _state;

    /// <summary>Creates a writer.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="boundary">The boundary, which the media type of the body has to say.</param>
    public MultipartWriter(IBufferWriter<byte> output, MultipartBoundary boundary)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(boundary);
        _output = output;
        _delimiter = boundary.Delimiter;
        _match = new MultipartMatch(_delimiter);
    }

    private enum State : byte
    {
        Start,
        Part,
        Ended,
    }

    /// <summary>Writes a part.</summary>
    /// <param name="fields">Its fields.</param>
    /// <param name="body">Its body.</param>
    /// <exception cref="ArgumentException">A field cannot be written, or the body holds the boundary.</exception>
    /// <exception cref="InvalidOperationException">The body has ended.</exception>
    public void WritePart(ReadOnlySpan<OwnedMultipartField> fields, ReadOnlySpan<byte> body)
    {
        MultipartMatch match = new(_delimiter);
        match.Begin(isBehindLineEnd: true);
        Search(ref match, body);
        StartPart(fields);
        WriteBody(body);
    }

    /// <summary>Writes the beginning of a part whose body follows through <see cref="WriteBody"/>. It ends the part before.</summary>
    /// <param name="fields">Its fields.</param>
    /// <exception cref="ArgumentException">A field cannot be written.</exception>
    /// <exception cref="InvalidOperationException">The body has ended.</exception>
    public void StartPart(ReadOnlySpan<OwnedMultipartField> fields)
    {
        ThrowIfEnded();
        foreach (OwnedMultipartField field in fields)
        {
            Check(field);
        }

        WriteBoundary(behind: "\r\n"u8);
        foreach (OwnedMultipartField field in fields)
        {
            WriteText(field.Name);
            _output.Write(": "u8);
            WriteText(field.Value);
            _output.Write("\r\n"u8);
        }

        _output.Write("\r\n"u8);
        _match.Begin(isBehindLineEnd: true);
        _state = State.Part;
    }

    /// <summary>Writes a piece of the body of the part that <see cref="StartPart"/> began.</summary>
    /// <exception cref="ArgumentException">The body would hold the boundary behind a line end; nothing was written.</exception>
    /// <exception cref="InvalidOperationException">No part has been started, or the body has ended.</exception>
    public void WriteBody(ReadOnlySpan<byte> piece)
    {
        ThrowIfEnded();
        if (_state == State.Start)
        {
            throw new InvalidOperationException("No part has been started.");
        }

        MultipartMatch match = _match;
        Search(ref match, piece);
        _match = match;
        _output.Write(piece);
    }

    /// <summary>Writes the last boundary. Nothing can be written behind it.</summary>
    /// <exception cref="InvalidOperationException">The body has ended.</exception>
    public void Complete()
    {
        ThrowIfEnded();
        WriteBoundary(behind: "--\r\n"u8);
        _state = State.Ended;
    }

    /// <summary>Goes on with the search for the boundary.</summary>
    private static void Search(ref MultipartMatch match, ReadOnlySpan<byte> piece)
    {
        if (match.IsUnderWay)
        {
            int length = match.Continue(piece);
            if (!match.IsWhole && length < piece.Length)
            {
                match.GiveUp(match.Held.Length);
                piece = piece[length..];
            }
            else
            {
                piece = default;
            }
        }

        if (!piece.IsEmpty)
        {
            match.Find(piece);
        }

        if (match.IsWhole)
        {
            throw new ArgumentException("The body of a part does not hold the boundary at the beginning of a line.", nameof(piece));
        }
    }

    private static void Check(OwnedMultipartField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        bool isName = field.Name is { Length: > 0 } name && !name.AsSpan().ContainsAnyExceptInRange('!', '~') && !name.Contains(':');
        ReadOnlySpan<char> value = field.Value;
        bool isValue = field.Value is not null && value.Trim(" \t").Length == value.Length
            && !value.ContainsAnyInRange('\0', '\b') && !value.ContainsAnyInRange('\n', '\x1F') && !value.Contains('\x7F');
        if (!isName || !isValue)
        {
            throw new ArgumentException("A name is printable ASCII without a colon, and a value text without control characters.", nameof(field));
        }

        // Surrogates that are no pairs cannot be sent.
        StrictUtf8.GetByteCount(value);
    }

    /// <summary>Writes the boundary on a line of its own. The first one needs no line end before it.</summary>
    private void WriteBoundary(ReadOnlySpan<byte> behind)
    {
        _output.Write(_state == State.Start ? _delimiter.AsSpan(2) : _delimiter);
        _output.Write(behind);
    }

    private void WriteText(string text)
    {
        int written = Encoding.UTF8.GetBytes(text, _output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        _output.Advance(written);
    }

    private void ThrowIfEnded()
    {
        if (_state == State.Ended)
        {
            throw new InvalidOperationException("The body has ended.");
        }
    }
}
