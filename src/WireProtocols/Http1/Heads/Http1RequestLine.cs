using System.Numerics;

namespace WireProtocols.Http1;

/// <summary><c>request-line = method SP request-target SP HTTP-version CRLF</c> (RFC 9112 §3).</summary>
internal sealed class Http1RequestLine(Http1HeadCursor cursor, Http1Options options) : Http1StartLine(cursor, Http1ProtocolError.InvalidRequestLine)
{
    private State _state;

    private enum State : byte
    {
        Method,
        TargetStart,
        Target,
        TargetTriplet,
        Version,
        CarriageReturn,
        LineFeed,
        Complete,
    }

    /// <summary>A request always says how long it is (RFC 9112 §6.3).</summary>
    public override bool IgnoresFraming => false;

    protected override bool IsComplete => _state == State.Complete;

    private static ReadOnlySpan<byte> Version => " HTTP/1."u8;

    protected override void BeginLine()
    {
        _state = State.Method;
        Cursor.LimitLines(Math.Min(options.MaxMethodLength, options.MaxStartLineLength), Http1ProtocolError.MethodTooLong);
    }

    /// <summary>A method other than CONNECT, and a target in origin-form.</summary>
    protected override bool TryTakeWholeLine(ReadOnlySpan<byte> head)
    {
        int space = BitOperations.TrailingZeroCount(Http1Block.At(head, 0).NonTokens);
        int target = space + 1;
        if (space is 0 or Http1Block.Size || target >= head.Length || head[space] != Http1Grammar.Space || head[target] != '/'
            || !Cursor.IsWithinLimit(0, space) || head[..space].SequenceEqual("CONNECT"u8))
        {
            return false;
        }

        int end = Http1Target.SkipOrigin(head, target, options.AllowUnescapedTarget);
        int version = end + Version.Length;
        if (head.Length - version < 3 || !head[end..].StartsWith(Version) || !char.IsAsciiDigit((char)head[version])
            || !head[(version + 1)..].StartsWith("\r\n"u8) || version + 1 > options.MaxStartLineLength)
        {
            return false;
        }

        (Layout.MethodLength, Layout.TargetStart, Layout.TargetLength) = (space, target, end - target);
        (Layout.TargetForm, Layout.MinorVersion) = (Http1TargetForm.Origin, head[version] - '0');
        Cursor.BeginLineAt(version + 3);
        _state = State.Complete;
        return true;
    }

    protected override bool Step(ReadOnlySpan<byte> head) => _state switch
    {
        State.Method => TakeMethod(head),
        State.TargetStart => TakeTargetStart(head),
        State.Target => TakeTarget(head),
        State.TargetTriplet => TakeTriplet(head),
        State.Version => TakeVersionOfRequest(head),
        State.CarriageReturn => TakeCarriageReturn(head, Http1ProtocolError.InvalidVersion) && Enter(State.LineFeed),
        _ => Cursor.TryTakeLineFeed(head) && Enter(State.Complete),
    };

    private bool Enter(State state)
    {
        _state = state;
        return true;
    }

    private bool TakeMethod(ReadOnlySpan<byte> head)
    {
        int end = Http1Grammar.SkipToken(head, Cursor.Next);
        if (!Cursor.MoveTo(end) || end == head.Length)
        {
            return Cursor.Error == Http1ProtocolError.None;
        }

        if (head[end] != Http1Grammar.Space)
        {
            return Reject(head[end], Http1ProtocolError.InvalidMethod);
        }

        if (end == 0)
        {
            return Cursor.Fail(Http1ProtocolError.InvalidRequestLine, 0);
        }

        (Layout.MethodLength, Layout.TargetStart) = (end, end + 1);
        Cursor.LimitLines(options.MaxStartLineLength, Http1ProtocolError.RequestLineTooLong);
        return Cursor.Take() && Enter(State.TargetStart);
    }

    private bool TakeTargetStart(ReadOnlySpan<byte> head)
    {
        byte first = head[Cursor.Next];
        if (first == Http1Grammar.Space)
        {
            return Cursor.Fail(Http1ProtocolError.InvalidRequestLine, Cursor.Next);
        }

        if (!Http1Target.TryGetForm(head[..Layout.MethodLength], first, out Layout.TargetForm))
        {
            return Reject(first, Http1ProtocolError.InvalidTarget);
        }

        return (first == '%' || Cursor.Take()) && Enter(State.Target);
    }

    private bool TakeTarget(ReadOnlySpan<byte> head)
    {
        int run = head[Cursor.Next..].IndexOfAnyExcept(Http1Target.GetAllowed(Layout.TargetForm, options.AllowUnescapedTarget));
        if (!Cursor.MoveTo(run < 0 ? head.Length : Cursor.Next + run) || run < 0)
        {
            return run < 0 && Cursor.Error == Http1ProtocolError.None;
        }

        byte value = head[Cursor.Next];
        if (value == '%' && Layout.TargetForm != Http1TargetForm.Asterisk)
        {
            Matched = 0;
            return Cursor.Take() && Enter(State.TargetTriplet);
        }

        if (value != Http1Grammar.Space)
        {
            return Reject(value, Http1ProtocolError.InvalidTarget);
        }

        Layout.TargetLength = Cursor.Next - Layout.TargetStart;
        ReadOnlySpan<byte> target = head.Slice(Layout.TargetStart, Layout.TargetLength);
        int invalid = Http1Target.FindInvalid(target, Layout.TargetForm, options.AllowUnescapedTarget);
        if (invalid >= 0)
        {
            return Cursor.Fail(Http1ProtocolError.InvalidTarget, Layout.TargetStart + invalid);
        }

        Matched = 0;
        return Cursor.Take() && Enter(State.Version);
    }

    /// <summary><c>pct-encoded = "%" HEXDIG HEXDIG</c> (RFC 3986 §2.1)</summary>
    private bool TakeTriplet(ReadOnlySpan<byte> head)
    {
        byte value = head[Cursor.Next];
        if (!char.IsAsciiHexDigit((char)value))
        {
            return Reject(value, Http1ProtocolError.InvalidTarget);
        }

        return Cursor.Take() && Enter(++Matched == 2 ? State.Target : State.TargetTriplet);
    }

    private bool TakeVersionOfRequest(ReadOnlySpan<byte> head)
    {
        // PRI with an asterisk is the preface of HTTP/2 (RFC 9113 §3.4) and no request of HTTP/1.1.
        if (Matched == 5 && head[Cursor.Next] == '1' && Layout.TargetForm == Http1TargetForm.Asterisk && head.StartsWith("PRI"u8))
        {
            return Cursor.Fail(Http1ProtocolError.InvalidTarget, Layout.TargetStart);
        }

        return TakeVersion(head) && Enter(Matched == 8 ? State.CarriageReturn : State.Version);
    }
}
