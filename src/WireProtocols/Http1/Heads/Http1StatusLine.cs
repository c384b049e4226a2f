namespace WireProtocols.Http1;

/// <summary><c>status-line = HTTP-version SP status-code SP [ reason-phrase ] CRLF</c> (RFC 9112 §4).</summary>
internal sealed class Http1StatusLine(Http1HeadCursor cursor, Http1Options options) : Http1StartLine(cursor, Http1ProtocolError.InvalidStatusLine)
{
    private const int EndOfVersion = 8;
    private const int EndOfStatusCode = 12;

    private State _state;

    private enum State : byte
    {
        Version,
        StatusCode,
        AfterStatusCode,
        Reason,
        CarriageReturn,
        LineFeed,
        Complete,
    }

    /// <summary>Whether the request was a CONNECT.</summary>
    public bool AnswersConnect { get; set; }

    /// <summary>
    /// RFC 9112 §6.3: a response with a 1xx status "is always terminated by the first empty line after the header fields, regardless of the
    /// header fields present", and "a client MUST ignore any Content-Length or Transfer-Encoding header fields received in" a 2xx to CONNECT.
    /// </summary>
    public override bool IgnoresFraming => Layout.StatusCode is >= 100 and < 200 || (AnswersConnect && Layout.StatusCode is >= 200 and < 300);

    protected override bool IsComplete => _state == State.Complete;

    protected override void BeginLine()
    {
        _state = State.Version;
        Cursor.LimitLines(options.MaxStartLineLength, Http1ProtocolError.StatusLineTooLong);
    }

    protected override bool TryTakeWholeLine(ReadOnlySpan<byte> head)
    {
        const int Reason = EndOfStatusCode + 1;
        if (head.Length < Reason || !head.StartsWith("HTTP/1."u8) || !TryReadDigits(head.Slice(EndOfVersion - 1, 1), out int minor)
            || head[EndOfVersion] != Http1Grammar.Space || !TryReadDigits(head.Slice(EndOfVersion + 1, 3), out int code)
            || head[EndOfStatusCode] != Http1Grammar.Space)
        {
            return false;
        }

        int end = Http1Block.FindControl(head, Reason);
        if (!Cursor.IsWithinLimit(0, end) || !head[end..].StartsWith("\r\n"u8))
        {
            return false;
        }

        (Layout.MinorVersion, Layout.StatusCode) = (minor, code);
        (Layout.ReasonStart, Layout.ReasonLength) = (Reason, end - Reason);
        Cursor.BeginLineAt(end + 2);
        _state = State.Complete;
        return true;
    }

    protected override bool Step(ReadOnlySpan<byte> head) => _state switch
    {
        State.Version => TakeVersion(head) && Enter(Matched == EndOfVersion ? State.StatusCode : State.Version),
        State.StatusCode => TakeStatusCode(head),
        State.AfterStatusCode => TakeAfterStatusCode(head),
        State.Reason => TakeReason(head),
        State.CarriageReturn => TakeCarriageReturn(head, Http1ProtocolError.InvalidStatusLine) && Enter(State.LineFeed),
        _ => Cursor.TryTakeLineFeed(head) && Enter(State.Complete),
    };

    private static bool TryReadDigits(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + digit - '0';
        }

        return true;
    }

    private bool Enter(State state)
    {
        _state = state;
        return true;
    }

    /// <summary>The space before the status code, and its three digits.</summary>
    private bool TakeStatusCode(ReadOnlySpan<byte> head)
    {
        byte value = head[Cursor.Next];
        if (Matched == EndOfVersion)
        {
            if (value != Http1Grammar.Space)
            {
                return Reject(value, Http1ProtocolError.InvalidStatusLine);
            }
        }
        else if (!char.IsAsciiDigit((char)value))
        {
            return Reject(value, Http1ProtocolError.InvalidStatusCode);
        }
        else
        {
            Layout.StatusCode = (Layout.StatusCode * 10) + value - '0';
        }

        return Cursor.Take() && Enter(++Matched == EndOfStatusCode ? State.AfterStatusCode : State.StatusCode);
    }

    /// <summary>
    /// "A server MUST send the space that separates the status-code from the reason-phrase even when the reason-phrase is absent." (RFC 9112 §4)
    /// </summary>
    private bool TakeAfterStatusCode(ReadOnlySpan<byte> head)
    {
        byte value = head[Cursor.Next];
        Layout.ReasonStart = Cursor.Next;
        if (value == Http1Grammar.CarriageReturn && options.AllowMissingReasonSpace)
        {
            return Enter(State.CarriageReturn);
        }

        if (value != Http1Grammar.Space)
        {
            return Reject(value, Http1ProtocolError.InvalidStatusLine);
        }

        Layout.ReasonStart++;
        return Cursor.Take() && Enter(State.Reason);
    }

    private bool TakeReason(ReadOnlySpan<byte> head)
    {
        int end = Http1Block.FindControl(head, Cursor.Next);
        if (!Cursor.MoveTo(end) || end == head.Length)
        {
            return Cursor.Error == Http1ProtocolError.None;
        }

        Layout.ReasonLength = end - Layout.ReasonStart;
        return head[end] == Http1Grammar.CarriageReturn ? Enter(State.CarriageReturn) : Reject(head[end], Http1ProtocolError.InvalidReasonPhrase);
    }
}
