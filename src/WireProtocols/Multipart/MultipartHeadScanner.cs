using System.Buffers;

namespace WireProtocols.Multipart;

/// <summary>Checks the head of a part as it comes, piece by piece, and finds its end.</summary>
internal struct MultipartHeadScanner(MultipartOptions options)
{
    // Printable ASCII without the colon (RFC 5322 §2.2).
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        "!\"#$%&'()*+,-./0123456789;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"u8);

    // Control characters without the tab. Bytes above ASCII are text of some encoding: browsers send names of files in UTF-8.
    private static readonly SearchValues<byte> Controls = SearchValues.Create(
        [.. Enumerable.Range(0, 32).Where(c => c != '\t').Select(c => (byte)c), 0x7F]);

    private Phase _phase;
    private int _length;
    private int _fields;

    private enum Phase : byte
    {
        LineStart,
        Name,
        Value,
        LineFeed,
        LastLineFeed,
        Ended,
    }

    /// <summary>The rule that is broken.</summary>
    public MultipartProtocolError Error { get; private set; }

    /// <summary>True behind the empty line.</summary>
    public readonly bool HasEnded => _phase == Phase.Ended;

    /// <summary>True where a byte of the head has been there.</summary>
    public readonly bool HasBegun => _length > 0;

    /// <summary>Begins with the head of a part.</summary>
    public void Begin()
    {
        _phase = Phase.LineStart;
        _length = _fields = 0;
        Error = MultipartProtocolError.None;
    }

    /// <summary>Goes on to the end of the head or of the piece.</summary>
    /// <param name="piece">The bytes that follow those before.</param>
    /// <param name="index">How many of them belong to the head; where a rule is broken, the offending one.</param>
    /// <returns>False where a rule is broken.</returns>
    public bool Scan(ReadOnlySpan<byte> piece, out int index)
    {
        int allowed = Math.Min(piece.Length, options.MaxHeadLength - _length);
        ReadOnlySpan<byte> there = piece[..allowed];
        for (index = 0; index < there.Length && _phase != Phase.Ended;)
        {
            bool isRight = _phase switch
            {
                Phase.LineStart => TakeLineStart(there[index], ref index),
                Phase.Name => TakeName(there, ref index),
                Phase.Value => TakeValue(there, ref index),
                _ => TakeLineFeed(there[index], ref index),
            };
            if (!isRight)
            {
                return false;
            }
        }

        _length += index;
        return _phase == Phase.Ended || allowed == piece.Length || Fail(MultipartProtocolError.HeadTooLarge);
    }

    private bool TakeLineStart(byte value, ref int index)
    {
        if (value is (byte)' ' or (byte)'\t' && _fields > 0)
        {
            return Fail(MultipartProtocolError.FieldFolded);
        }

        if (value != '\r')
        {
            // A line feed alone, and whatever else is no name, is told where a name would begin.
            return value == '\n' ? Fail(MultipartProtocolError.LineEndMalformed) : TryBeginName(value, ref index);
        }

        index++;
        _phase = Phase.LastLineFeed;
        return true;
    }

    private bool TryBeginName(byte value, ref int index)
    {
        if (!NameBytes.Contains(value))
        {
            return Fail(MultipartProtocolError.FieldNameMalformed);
        }

        if (_fields == options.MaxFields)
        {
            return Fail(MultipartProtocolError.TooManyFields);
        }

        _fields++;
        index++;
        _phase = Phase.Name;
        return true;
    }

    private bool TakeName(ReadOnlySpan<byte> there, ref int index)
    {
        int length = there[index..].IndexOfAnyExcept(NameBytes);
        index = length < 0 ? there.Length : index + length;
        if (length >= 0)
        {
            if (there[index] != ':')
            {
                return Fail(MultipartProtocolError.FieldNameMalformed);
            }

            index++;
            _phase = Phase.Value;
        }

        return true;
    }

    private bool TakeValue(ReadOnlySpan<byte> there, ref int index)
    {
        int length = there[index..].IndexOfAny(Controls);
        index = length < 0 ? there.Length : index + length;
        if (length >= 0)
        {
            if (there[index] != '\r')
            {
                return Fail(there[index] == '\n' ? MultipartProtocolError.LineEndMalformed : MultipartProtocolError.FieldValueMalformed);
            }

            index++;
            _phase = Phase.LineFeed;
        }

        return true;
    }

    private bool TakeLineFeed(byte value, ref int index)
    {
        if (value != '\n')
        {
            return Fail(MultipartProtocolError.LineEndMalformed);
        }

        index++;
        _phase = _phase == Phase.LineFeed ? Phase.LineStart : Phase.Ended;
        return true;
    }

    private bool Fail(MultipartProtocolError error)
    {
        Error = error;
        return false;
    }
}
