using System.Buffers;

namespace WireProtocols.Http1;

/// <summary>
/// The automaton of a start-line: a byte at a time where it has to be, and the whole line in one go where all of it is there and nothing is
/// wrong with it. Whatever the fast way does not know, bad input included, it leaves to the automaton, which alone says what is wrong.
/// </summary>
/// <param name="cursor">Where the parser stands.</param>
/// <param name="invalidLine">What a line is called that ends before all its parts are there.</param>
internal abstract class Http1StartLine(Http1HeadCursor cursor, Http1ProtocolError invalidLine)
{
    private Http1HeadLayout _layout;

    /// <summary>Where the parts of the line stand.</summary>
    public ref Http1HeadLayout Layout => ref _layout;

    /// <summary>True when the fields do not say how long the message is, so that no value of theirs can be wrong.</summary>
    public abstract bool IgnoresFraming { get; }

    protected Http1HeadCursor Cursor => cursor;

    /// <summary>How many bytes of the part under way have been taken.</summary>
    protected int Matched { get; set; }

    /// <summary>True behind the LF.</summary>
    protected abstract bool IsComplete { get; }

    /// <summary>A line begins at the first byte of the head.</summary>
    public void Begin()
    {
        _layout = default;
        Matched = 0;
        BeginLine();
    }

    /// <summary>Goes on with the line.</summary>
    /// <param name="head">The head as far as it is there.</param>
    public OperationStatus Take(ReadOnlySpan<byte> head)
    {
        if (cursor.Next == 0 && TryTakeWholeLine(head))
        {
            return OperationStatus.Done;
        }

        while (cursor.Next < head.Length)
        {
            if (!Step(head))
            {
                return OperationStatus.InvalidData;
            }

            if (IsComplete)
            {
                return OperationStatus.Done;
            }
        }

        return OperationStatus.NeedMoreData;
    }

    protected abstract void BeginLine();

    /// <summary>Takes the whole line, if it is there and in its usual form.</summary>
    protected abstract bool TryTakeWholeLine(ReadOnlySpan<byte> head);

    /// <summary>Takes the next byte, or the rest of the part under way.</summary>
    /// <returns>False when a rule is broken.</returns>
    protected abstract bool Step(ReadOnlySpan<byte> head);

    /// <summary>
    /// A byte of <c>HTTP-version = HTTP-name "/" DIGIT "." DIGIT</c>, and "HTTP-version is case-sensitive" (RFC 9112 §2.3). The version is
    /// complete when <see cref="Matched"/> is 8.
    /// </summary>
    protected bool TakeVersion(ReadOnlySpan<byte> head)
    {
        byte value = head[cursor.Next];
        bool isDigit = char.IsAsciiDigit((char)value);
        if (Matched == 5 && isDigit && value != '1')
        {
            bool isPreface = value == '2' && head.StartsWith("PRI * "u8);
            return cursor.Fail(isPreface ? Http1ProtocolError.Http2Preface : Http1ProtocolError.UnsupportedVersion, cursor.Next);
        }

        if (Matched == 7 && isDigit)
        {
            // A minor version above 1 is processed as 1.1 (RFC 9110 §6.2).
            _layout.MinorVersion = value - '0';
        }
        else if (value != "HTTP/1.0"u8[Matched])
        {
            return Reject(value, Http1ProtocolError.InvalidVersion);
        }

        Matched++;
        return cursor.Take();
    }

    /// <summary>Takes the CR.</summary>
    /// <param name="head">The head as far as it is there.</param>
    /// <param name="otherwise">What another byte is called.</param>
    protected bool TakeCarriageReturn(ReadOnlySpan<byte> head, Http1ProtocolError otherwise)
    {
        if (head[cursor.Next] != Http1Grammar.CarriageReturn)
        {
            return Reject(head[cursor.Next], otherwise);
        }

        cursor.TakeCarriageReturn();
        return true;
    }

    /// <summary>Refuses the next byte: a LF or CR by its own name, another by the rule of the part under way.</summary>
    protected bool Reject(byte value, Http1ProtocolError error) => cursor.Fail(
        value switch
        {
            Http1Grammar.LineFeed => Http1ProtocolError.BareLineFeed,
            Http1Grammar.CarriageReturn => invalidLine,
            _ => error,
        },
        cursor.Next);
}
