using System.Buffers;

namespace WireProtocols.Http1;

internal sealed partial class Http1HeadParser
{
    private void BeginStartLine()
    {
        _layout = default;
        _matched = 0;
        _state = isRequest ? State.Method : State.Version;
        _maxLine = isRequest ? Math.Min(options.MaxMethodLength, options.MaxStartLineLength) : options.MaxStartLineLength;
        _lineError = isRequest ? Http1ProtocolError.MethodTooLong : Http1ProtocolError.StatusLineTooLong;
    }

    private bool StepStartLine(ReadOnlySpan<byte> head) => _state switch
    {
        State.Method => TakeMethod(head),
        State.TargetStart => TakeTargetStart(head),
        State.Target => TakeTarget(head),
        State.TargetTriplet => TakeTriplet(head),
        State.Version => TakeVersion(head),
        State.StatusCode => TakeStatusCode(head),
        State.AfterStatusCode => TakeAfterStatusCode(head),
        State.Reason => TakeReason(head),
        _ => TakeEndOfStartLine(head),
    };

    private bool TakeMethod(ReadOnlySpan<byte> head)
    {
        if (!TrySkipExcept(head, Http1Grammar.Token))
        {
            return Error == Http1ProtocolError.None;
        }

        if (head[_next] != Http1Grammar.Space)
        {
            return Reject(head[_next], Http1ProtocolError.InvalidMethod);
        }

        if (_next == 0)
        {
            return Fail(Http1ProtocolError.InvalidRequestLine, 0);
        }

        _layout.MethodLength = _next++;
        _layout.TargetStart = _next;
        _maxLine = options.MaxStartLineLength;
        _lineError = Http1ProtocolError.RequestLineTooLong;
        _state = State.TargetStart;
        return true;
    }

    private bool TakeTargetStart(ReadOnlySpan<byte> head)
    {
        byte first = head[_next];
        if (first == Http1Grammar.Space)
        {
            return Fail(Http1ProtocolError.InvalidRequestLine, _next);
        }

        if (!Http1Target.TryGetForm(head[.._layout.MethodLength], first, out _layout.TargetForm))
        {
            return Reject(first, Http1ProtocolError.InvalidTarget);
        }

        _state = State.Target;
        _next += first == '%' ? 0 : 1;
        return true;
    }

    private bool TakeTarget(ReadOnlySpan<byte> head)
    {
        if (!TrySkipExcept(head, Http1Target.GetAllowed(_layout.TargetForm, options.AllowUnescapedTarget)))
        {
            return Error == Http1ProtocolError.None;
        }

        if (head[_next] == '%' && _layout.TargetForm != Http1TargetForm.Asterisk)
        {
            _matched = 0;
            _next++;
            _state = State.TargetTriplet;
            return true;
        }

        if (head[_next] != Http1Grammar.Space)
        {
            return Reject(head[_next], Http1ProtocolError.InvalidTarget);
        }

        _layout.TargetLength = _next - _layout.TargetStart;
        ReadOnlySpan<byte> target = head.Slice(_layout.TargetStart, _layout.TargetLength);
        int invalid = Http1Target.FindInvalid(target, _layout.TargetForm, options.AllowUnescapedTarget);
        if (invalid >= 0)
        {
            return Fail(Http1ProtocolError.InvalidTarget, _layout.TargetStart + invalid);
        }

        _next++;
        _matched = 0;
        _state = State.Version;
        return true;
    }

    /// <summary><c>pct-encoded = "%" HEXDIG HEXDIG</c> (RFC 3986 §2.1)</summary>
    private bool TakeTriplet(ReadOnlySpan<byte> head)
    {
        if (!char.IsAsciiHexDigit((char)head[_next]))
        {
            return Reject(head[_next], Http1ProtocolError.InvalidTarget);
        }

        _next++;
        _state = ++_matched == 2 ? State.Target : State.TargetTriplet;
        return true;
    }

    /// <summary><c>HTTP-version = HTTP-name "/" DIGIT "." DIGIT</c>, and "HTTP-version is case-sensitive".</summary>
    private bool TakeVersion(ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> pattern = "HTTP/1.0"u8;
        byte value = head[_next];
        bool digit = char.IsAsciiDigit((char)value);
        switch (_matched)
        {
            case 5 when digit && value != '1':
                bool preface = value == '2' && head.StartsWith("PRI * "u8);
                return Fail(preface ? Http1ProtocolError.Http2Preface : Http1ProtocolError.UnsupportedVersion, _next);
            case 5 when digit && isRequest && _layout.TargetForm == Http1TargetForm.Asterisk && head.StartsWith("PRI"u8):
                return Fail(Http1ProtocolError.InvalidTarget, _layout.TargetStart);
            case 7 when digit:
                // A minor version above 1 is processed as 1.1 (RFC 9110 §6.2).
                _layout.MinorVersion = value - '0';
                _state = isRequest ? State.EndOfStartLine : State.StatusCode;
                break;
            default:
                if (value != pattern[_matched])
                {
                    return Reject(value, Http1ProtocolError.InvalidVersion);
                }

                break;
        }

        _matched++;
        _next++;
        return true;
    }

    /// <summary>The space before the status code, and its three digits.</summary>
    private bool TakeStatusCode(ReadOnlySpan<byte> head)
    {
        byte value = head[_next];
        if (_matched == 8)
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
            _layout.StatusCode = (_layout.StatusCode * 10) + value - '0';
        }

        _next++;
        _state = ++_matched == 12 ? State.AfterStatusCode : State.StatusCode;
        return true;
    }

    /// <summary>
    /// "A server MUST send the space that separates the status-code from the reason-phrase even when the reason-phrase is absent."
    /// </summary>
    private bool TakeAfterStatusCode(ReadOnlySpan<byte> head)
    {
        byte value = head[_next];
        _layout.ReasonStart = _next;
        if (value == Http1Grammar.CarriageReturn && options.AllowMissingReasonSpace)
        {
            _state = State.EndOfStartLine;
            return true;
        }

        if (value != Http1Grammar.Space)
        {
            return Reject(value, Http1ProtocolError.InvalidStatusLine);
        }

        _layout.ReasonStart = ++_next;
        _state = State.Reason;
        return true;
    }

    private bool TakeReason(ReadOnlySpan<byte> head)
    {
        if (!TrySkipTo(head, Http1Grammar.Controls))
        {
            return Error == Http1ProtocolError.None;
        }

        _layout.ReasonLength = _next - _layout.ReasonStart;
        return head[_next] == Http1Grammar.CarriageReturn
            ? TakeEndOfStartLine(head)
            : Reject(head[_next], Http1ProtocolError.InvalidReasonPhrase);
    }

    private bool TakeEndOfStartLine(ReadOnlySpan<byte> head)
    {
        if (head[_next] != Http1Grammar.CarriageReturn)
        {
            return Reject(head[_next], isRequest ? Http1ProtocolError.InvalidVersion : Http1ProtocolError.InvalidStatusLine);
        }

        _next++;
        _state = State.StartLineFeed;
        return true;
    }

    /// <summary>Refuses the next byte: a LF or CR by its own name, another by the rule of the element.</summary>
    private bool Reject(byte value, Http1ProtocolError error) => Fail(
        value switch
        {
            Http1Grammar.LineFeed => Http1ProtocolError.BareLineFeed,
            Http1Grammar.CarriageReturn => isRequest ? Http1ProtocolError.InvalidRequestLine : Http1ProtocolError.InvalidStatusLine,
            _ => error,
        },
        _next);

    /// <summary>Goes to the first byte that is not allowed.</summary>
    /// <returns>False when there is none, or when the line is too long.</returns>
    private bool TrySkipExcept(ReadOnlySpan<byte> head, SearchValues<byte> allowed) => TrySkip(head, head[_next..].IndexOfAnyExcept(allowed));

    /// <summary>Goes to the first byte that is wanted.</summary>
    /// <returns>False when there is none, or when the line is too long.</returns>
    private bool TrySkipTo(ReadOnlySpan<byte> head, SearchValues<byte> wanted) => TrySkip(head, head[_next..].IndexOfAny(wanted));

    private bool TrySkip(ReadOnlySpan<byte> head, int run)
    {
        _next = run < 0 ? head.Length : _next + run;
        return IsLineWithinLimit() && run >= 0;
    }
}
