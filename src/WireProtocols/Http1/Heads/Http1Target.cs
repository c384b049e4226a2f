using System.Buffers;
using System.Text;

namespace WireProtocols.Http1;

/// <summary>The grammar of request-targets (RFC 9112 §3.2 over RFC 3986), shared by decoder and writer.</summary>
internal static class Http1Target
{
    // pchar, "/" and "?" without the percent sign
    private static readonly SearchValues<byte> OriginBytes =
        SearchValues.Create("/?:@-._~!$&'()*+,;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    // the same and the brackets of an IP literal
    private static readonly SearchValues<byte> AbsoluteBytes =
        SearchValues.Create("[]/?:@-._~!$&'()*+,;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> AuthorityBytes =
        SearchValues.Create("[]:-._~!$&'()*+,;=0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);

    private static readonly SearchValues<byte> NoBytes = SearchValues.Create(ReadOnlySpan<byte>.Empty);

    private static readonly SearchValues<byte> UnescapedBytes =
        SearchValues.Create([.. Enumerable.Range(0x21, 0xDF).Where(b => b is not (0x7F or '#')).Select(b => (byte)b)]);

    /// <summary>The form that a target of <paramref name="method"/> has that begins with <paramref name="first"/>.</summary>
    public static bool TryGetForm(ReadOnlySpan<byte> method, byte first, out Http1TargetForm form)
    {
        // "The 'authority-form' of request-target is only used for CONNECT requests."
        if (method.SequenceEqual("CONNECT"u8))
        {
            form = Http1TargetForm.Authority;
            return AuthorityBytes.Contains(first) || first == '%';
        }

        form = first switch
        {
            (byte)'/' => Http1TargetForm.Origin,
            (byte)'*' => Http1TargetForm.Asterisk,
            _ => Http1TargetForm.Absolute,
        };

        // "The 'asterisk-form' of request-target is only used for a server-wide OPTIONS request"; PRI is the HTTP/2 preface.
        return form == Http1TargetForm.Asterisk
            ? method.SequenceEqual("OPTIONS"u8) || method.SequenceEqual("PRI"u8)
            : form == Http1TargetForm.Origin || char.IsAsciiLetter((char)first);
    }

    /// <summary>The bytes, but the percent sign, that a target of this form may hold after its first one.</summary>
    public static SearchValues<byte> GetAllowed(Http1TargetForm form, bool unescaped) => form switch
    {
        Http1TargetForm.Authority => AuthorityBytes,
        Http1TargetForm.Asterisk => NoBytes,
        _ when unescaped => UnescapedBytes,
        Http1TargetForm.Origin => OriginBytes,
        _ => AbsoluteBytes,
    };

    /// <summary>The index of the first byte at or after <paramref name="index"/> that no target in origin-form holds.</summary>
    public static int SkipOrigin(ReadOnlySpan<byte> head, int index, bool unescaped)
    {
        SearchValues<byte> allowed = GetAllowed(Http1TargetForm.Origin, unescaped);
        while (true)
        {
            int run = head[index..].IndexOfAnyExcept(allowed);
            index = run < 0 ? head.Length : index + run;
            int triplet = index;
            if (run < 0 || head[index] != '%' || !Http1Authority.TrySkipTriplet(head, ref triplet))
            {
                return index;
            }

            index = triplet;
        }
    }

    /// <summary>Checks what the bytes alone do not show: the parts of a URI or authority.</summary>
    /// <returns>The index of the offending byte, or -1.</returns>
    public static int FindInvalid(ReadOnlySpan<byte> target, Http1TargetForm form, bool unescaped) => form switch
    {
        Http1TargetForm.Authority => Http1Authority.FindInvalid(target, portRequired: true),
        Http1TargetForm.Absolute => FindInvalidUri(target, unescaped),
        _ => -1,
    };

    /// <summary>True when a decoder takes the target for this method, a strict one where it is not <paramref name="unescaped"/>.</summary>
    public static bool IsValid(ReadOnlySpan<byte> method, ReadOnlySpan<byte> target, bool unescaped = false)
    {
        if (target.IsEmpty || !TryGetForm(method, target[0], out Http1TargetForm form))
        {
            return false;
        }

        SearchValues<byte> allowed = GetAllowed(form, unescaped);
        int index = form == Http1TargetForm.Asterisk ? 1 : 0;
        while (index < target.Length)
        {
            int run = target[index..].IndexOfAnyExcept(allowed);
            index = run < 0 ? target.Length : index + run;
            if (run >= 0 && (target[index] != '%' || !Http1Authority.TrySkipTriplet(target, ref index)))
            {
                return false;
            }
        }

        // PRI is the method of the HTTP/2 preface alone.
        return !(form == Http1TargetForm.Asterisk && method.SequenceEqual("PRI"u8)) && FindInvalid(target, form, unescaped) < 0;
    }

    /// <summary>Takes a valid target apart; what is not there is empty.</summary>
    public static void Split(
        ReadOnlySpan<byte> target, Http1TargetForm form, out ReadOnlySpan<byte> authority, out ReadOnlySpan<byte> path, out ReadOnlySpan<byte> query)
    {
        authority = form == Http1TargetForm.Authority ? target : default;
        path = default;
        query = default;
        if (form is Http1TargetForm.Authority or Http1TargetForm.Asterisk)
        {
            return;
        }

        ReadOnlySpan<byte> rest = target;
        if (form == Http1TargetForm.Absolute)
        {
            rest = target[(target.IndexOf((byte)':') + 1)..];
            if (rest.StartsWith("//"u8))
            {
                int length = rest[2..].IndexOfAny((byte)'/', (byte)'?');
                int end = length < 0 ? rest.Length : length + 2;
                authority = rest[2..end];
                rest = rest[end..];
            }
        }

        int mark = rest.IndexOf((byte)'?');
        path = mark < 0 ? rest : rest[..mark];
        query = mark < 0 ? default : rest[(mark + 1)..];
        if (path.IsEmpty)
        {
            // RFC 9110 §4.2.3: "an empty path component is equivalent to an absolute path of '/'".
            path = "/"u8;
        }
    }

    private static int FindInvalidUri(ReadOnlySpan<byte> target, bool unescaped)
    {
        int colon = target.IndexOfAnyExcept(SchemeBytes);
        if (colon < 0 || target[colon] != ':')
        {
            return colon < 0 ? target.Length : colon;
        }

        int start = colon + 1;
        int end = start;
        if (target[start..].StartsWith("//"u8))
        {
            start += 2;
            int length = target[start..].IndexOfAny((byte)'/', (byte)'?');
            end = length < 0 ? target.Length : start + length;

            // A userinfo breaks it as well: "treat its presence as an error" (RFC 9110 §4.2.4).
            int invalid = Http1Authority.FindInvalid(target[start..end], portRequired: false);
            if (invalid >= 0)
            {
                return start + invalid;
            }
        }
        else if (IsHttp(target[..colon]))
        {
            return start;
        }

        int bracket = unescaped ? -1 : target[end..].IndexOfAny((byte)'[', (byte)']');
        return bracket < 0 ? -1 : end + bracket;
    }

    private static bool IsHttp(ReadOnlySpan<byte> scheme) => Ascii.EqualsIgnoreCase(scheme, "http"u8) || Ascii.EqualsIgnoreCase(scheme, "https"u8);

    private static readonly SearchValues<byte> SchemeBytes =
        SearchValues.Create("+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"u8);
}
