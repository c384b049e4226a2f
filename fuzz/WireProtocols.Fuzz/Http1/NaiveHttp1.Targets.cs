using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using WireProtocols.Http1;

namespace WireProtocols.Fuzz.Http1;

/// <content>Request targets and authorities (§3.2).</content>
public sealed partial class NaiveHttp1
{
    private void ParseTarget(out string target)
    {
        char first = Peek();
        Throw(first == ' ' ? Http1ProtocolError.InvalidRequestLine : Http1ProtocolError.None, _at);
        bool asterisk = _method is "OPTIONS" or "PRI";
        if (_method != "CONNECT" && !(first == '/' || char.IsAsciiLetter(first) || (first == '*' && asterisk)))
        {
            throw Unexpected(first, Http1ProtocolError.InvalidTarget);
        }

        int start = _at;
        target = Many(c => IsTarget(c, start), Limits.MaxStartLineLength, Http1ProtocolError.RequestLineTooLong);
        if (Peek() == ' ' && Regex.IsMatch(target, "%(?![0-9A-Fa-f]{2})"))
        {
            throw new Broken(Http1ProtocolError.InvalidTarget, _at);
        }

        if (Peek() == ' ' && !IsTarget(target))
        {
            throw new Broken(Http1ProtocolError.InvalidTarget, -1);
        }

        Expect(' ', Http1ProtocolError.InvalidTarget);
    }

    private bool IsTarget(string target)
    {
        if (_method == "CONNECT")
        {
            Match port = Regex.Match(target, ":0*([0-9]{1,5})$");
            return IsAuthority(target) && port.Success && long.Parse(port.Groups[1].Value, CultureInfo.InvariantCulture) is > 0 and <= 65535;
        }

        if (target == "*" || target.StartsWith('/'))
        {
            return true;
        }

        Match uri = Regex.Match(target, @"^(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):(//(?<authority>[^/?]*))?(?<rest>.*)$", RegexOptions.Singleline);
        bool needsAuthority = uri.Groups["scheme"].Value.ToLowerInvariant() is "http" or "https";
        return uri.Success
            && (uri.Groups["authority"].Success ? IsAuthority(uri.Groups["authority"].Value) : !needsAuthority)
            && !uri.Groups["rest"].Value.AsSpan().ContainsAny('[', ']');
    }

    private static bool IsAuthority(string value)
    {
        Match match = Regex.Match(value, @"^(?<host>\[(?<literal>[^\]]*)\]|([A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+)(:0*(?<port>[0-9]{0,5}))?$");
        return match.Success
            && !value.EndsWith('\n')
            && (match.Groups["port"].Length == 0 || int.Parse(match.Groups["port"].Value, CultureInfo.InvariantCulture) <= 65535)
            && (!match.Groups["literal"].Success || IsLiteral(match.Groups["literal"].Value));
    }

    /// <summary>RFC 3986 §3.2.2: a number up to 255 without leading zeros, which <see cref="IPAddress"/> lets pass.</summary>
    private const string DecOctet = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";

    private static bool IsLiteral(string value)
        => Regex.IsMatch(value, @"^[vV][0-9A-Fa-f]+\.[A-Za-z0-9._~!$&'()*+,;=:-]+\z")
            || (!value.AsSpan().ContainsAny('%', '/', '[') && IPAddress.TryParse(value, out IPAddress? address)
                && address.AddressFamily == AddressFamily.InterNetworkV6
                && (!value.Contains('.', StringComparison.Ordinal) || Regex.IsMatch(value, @$":{DecOctet}(\.{DecOctet}){{3}}\z")));

    /// <summary>Whether the next character may stand in a target whose first one is at <paramref name="start"/>.</summary>
    private bool IsTarget(char c, int start)
    {
        if (IsTripletDigit(1) || IsTripletDigit(2))
        {
            return char.IsAsciiHexDigit(c);
        }

        if (_method != "CONNECT" && _text[start] == '*')
        {
            return _at == start;
        }

        bool isOrigin = _method != "CONNECT" && _text[start] == '/';
        return char.IsAsciiLetterOrDigit(c)
            || "%-._~:".Contains(c, StringComparison.Ordinal)
            || SubDelims.Contains(c, StringComparison.Ordinal)
            || (!isOrigin && (c is '[' or ']'))
            || (_method != "CONNECT" && (c is '/' or '?' or '@'));
    }
}
