using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.Ndjson;

/// <summary>Checks one text of a sequence as it comes, UTF-8 and JSON side by side, so that no byte is looked at twice however many line feeds the
/// text holds. The first offending byte counts; one that is neither UTF-8 nor JSON is not UTF-8.</summary>
internal sealed class JsonTextCheck(int maxDepth)
{
    private readonly JsonSyntax _syntax = new(maxDepth);
    private Utf8Validator _utf8;
    private long _length;

    /// <summary>What is wrong with the text so far.</summary>
    public NdjsonProtocolError Error { get; private set; }

    /// <summary>The offending byte, from the start of the text.</summary>
    public long ErrorIndex { get; private set; }

    /// <summary>Whether the text may end here.</summary>
    public bool IsComplete => Error == NdjsonProtocolError.None && _utf8.IsComplete && _syntax.IsComplete;

    /// <summary>How many bytes have been looked at, of all texts.</summary>
    public long CheckedLength { get; private set; }

    /// <summary>Begins another text.</summary>
    public void Reset()
    {
        _syntax.Reset();
        _utf8.Reset();
        _length = 0;
        (Error, ErrorIndex) = (NdjsonProtocolError.None, 0);
    }

    /// <summary>Checks the next piece. After an error, nothing is looked at.</summary>
    public void Add(ReadOnlySpan<byte> piece)
    {
        if (Error != NdjsonProtocolError.None)
        {
            return;
        }

        CheckedLength += piece.Length;
        bool isUtf8 = _utf8.Validate(piece, out int invalid) != OperationStatus.InvalidData;
        NdjsonProtocolError error = _syntax.Check(piece, out int index);
        if (!isUtf8 && (error == NdjsonProtocolError.None || invalid <= index))
        {
            (error, index) = (NdjsonProtocolError.InvalidUtf8, invalid);
        }

        if (error != NdjsonProtocolError.None)
        {
            (Error, ErrorIndex) = (error, _length + index);
        }

        _length += piece.Length;
    }
}
