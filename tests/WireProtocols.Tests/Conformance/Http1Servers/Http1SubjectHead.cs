using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using static WireProtocols.Tests.Conformance.Http1Defect;

namespace WireProtocols.Tests.Conformance;

/// <summary>The head of a request as the subject reads it.</summary>
internal sealed class Http1SubjectHead
{
    private const string Token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private readonly Http1Defect _defect;
    private readonly List<(string Name, string Value)> _fields = [];

    /// <exception cref="Http1SubjectRefusal">It is refused.</exception>
    public Http1SubjectHead(Http1Defect defect, string text)
    {
        _defect = defect;
        string[] lines = Split(text);
        ReadRequestLine(lines[0]);
        ReadFields(lines[1..]);
    }

    public string Method { get; private set; } = "";

    public string Path { get; private set; } = "";

    public bool IsOld { get; private set; }

    public bool IsAbsolute { get; private set; }

    private bool Has(Http1Defect defect) => _defect == defect;

    public string[] All(string name)
        => [.. _fields.Where(f => IsName(f.Name, name)).Select(f => f.Value)];

    public string[] Members(string name)
        => [.. All(name).SelectMany(v => v.Split(',')).Select(m => m.Trim(' ', '\t')).Where(m => m.Length > 0)];

    public void Merge(string name, string value) => _fields.Add((name, value));

    /// <exception cref="Http1SubjectRefusal">It is refused.</exception>
    public void CheckHost()
    {
        string[] hosts = All("Host");
        if (hosts.Length == 0)
        {
            bool isFine = (IsOld && !Has(HostInOldVersion)) || Has(MissingHost) || Has(TrailersMerged) || (Has(AbsoluteNeedsNoHost) && IsAbsolute);
            Refuse(!isFine, Has(MissingHostIs404) ? 404 : Has(MissingHostHangsUp) ? 0 : 400);
            return;
        }

        bool isMany = hosts.Length > 1 && !Has(TwoHosts) && !(Has(TwoSameHosts) && hosts.Distinct().Count() == 1)
            && !(Has(TwoHostsInOldVersion) && IsOld);
        bool isInvalid = hosts.Any(h => !Regex.IsMatch(Has(NulInHost) ? h.Replace("\0", "", StringComparison.Ordinal) : h,
            @"^((\[[0-9A-Fa-f:.]+\])|([0-9A-Za-z._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(:[0-9]*)?$"));
        Refuse(isMany || (isInvalid && !Has(AnyHost)) || (Has(HostFirst) && !IsName(_fields[0].Name, "Host")), 400);
    }

    private string[] Split(string text)
    {
        if (Has(BareReturnEndsLine) || Has(BareLfInHead))
        {
            // BareLfInHead takes each of the two for the end of a line.
            text = text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Replace("\n", "\r\n", StringComparison.Ordinal);
        }

        string[] lines = text.Split("\r\n");
        Refuse(lines.Any(l => l.Contains('\n') || (l.Contains('\r') && !Has(BareReturnInValue))), 400);
        return lines;
    }

    private void ReadRequestLine(string line)
    {
        if (Has(NoVersion) && !line.Contains("HTTP/", StringComparison.Ordinal))
        {
            line += " HTTP/1.1";
        }

        string version = Has(LowerCaseVersion) ? "[Hh][Tt][Tt][Pp]/[0-9]\\.[0-9]" : Has(AnyVersion) ? "HTTP/[0-9]\\..*"
            : Has(TwoDigitVersion) ? "HTTP/[0-9]+\\.[0-9]+" : "HTTP/[0-9]\\.[0-9]";
        string characters = Has(ControlInTarget) ? "[^ ]+" : Has(SpaceInTarget) ? "[ -~]+" : Has(FragmentInTarget) ? "[!-~]+"
            : "[!$-;=?-\\[\\]_a-z~]+";
        Match match = Regex.Match(line, $"^({Token}) ({characters}) ({version})$", RegexOptions.Singleline);
        Refuse(!match.Success || line.EndsWith('\n'), 400);
        (Method, string target, string said) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);
        Refuse(said[5] != '1' && !Has(Http2Taken) && !Has(TwoDigitVersion), 505);
        Refuse(Has(RefusesMinor2) && said[7] > '1', 505);
        IsOld = said.EndsWith("1.0", StringComparison.Ordinal);
        Method = Has(LowerCaseMethod) ? Method.ToUpperInvariant() : Has(MethodByPrefix) && Method.StartsWith("GET", StringComparison.Ordinal) ? "GET"
            : Method;
        Refuse(target.Length > (Has(ShortTargets) ? 1000 : 10_000), Has(LongTargetIs500) ? 500 : 414);
        Path = FindPath(target);
    }

    private string FindPath(string target)
    {
        Match absolute = Regex.Match(target, "^[Hh][Tt][Tt][Pp]://([0-9A-Za-z.-]+|\\[[0-9a-f:]+\\])(:[0-9]+)?(/.*|\\?.*)?$");
        if (absolute.Success && !Has(RefusesAbsolute) && !Has(AbsoluteIsPath))
        {
            IsAbsolute = true;
            target = absolute.Groups[3].Value is { Length: > 0 } path ? path : "/";
        }

        if (target == "*")
        {
            Refuse(Has(RefusesAsterisk) || (Method != "OPTIONS" && !Has(AsteriskForGet)), 400);
            return Has(AsteriskForGet) ? "/echo" : "*";
        }

        if (Method == "CONNECT" && Regex.IsMatch(target, "^[0-9A-Za-z.-]+:[0-9]{1,5}$"))
        {
            return target;
        }

        bool isPath = target[0] == '/' || (Has(AbsoluteIsPath) && absolute.Success);
        Refuse(!isPath && !Has(RelativeTarget) && !(Has(AuthorityForGet) && target.Contains(':')), 400);
        Refuse(Has(RefusesQuery) && target.Contains('?'), 400);
        return !isPath ? "/echo" : target.Split('?', '#')[0].Split(' ', '\0')[0];
    }

    private void ReadFields(string[] lines)
    {
        Refuse(Has(TwentyFields) && lines.Length > 20, 431);
        for (int i = 0; i < lines.Length; i++)
        {
            string line = lines[i];
            if (line.Length > 0 && line[0] is ' ' or '\t')
            {
                if (Has(FoldDropped))
                {
                    continue;
                }

                Refuse(!(Has(FoldIsField) && i > 0) && !(Has(FirstLineIsField) && i == 0), 400);
                line = line.TrimStart(' ', '\t');
            }

            ReadField(line);
        }
    }

    private void ReadField(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0)
        {
            Refuse(!Has(NoColon), 400);
            return;
        }

        string name = line[..colon];
        if (Has(SpaceBeforeColonDropped) && name.EndsWith(' '))
        {
            return;
        }

        name = Has(SpaceBeforeColon) ? name.TrimEnd(' ') : Has(TabBeforeColon) ? name.TrimEnd('\t') : name;
        string value = line[(colon + 1)..];
        Refuse(!Regex.IsMatch(name, $"^{Token}$") && !(Has(BadNames) && name.Length > 0) && !(Has(EmptyName) && name.Length == 0), 400);
        Refuse(value.Contains('\0') && !Has(NulInValue) && !Has(NulInHost), 400);
        Refuse(value.Any(c => c is < ' ' and not '\t' and not '\0' and not '\r' and not '\v' and not '\f'), 400);
        Refuse(Has(RefusesObsText) && value.Any(c => c > '~'), 400);
        Refuse(Has(NeedsSpaceBehindColon) && !value.StartsWith(' '), 400);
        Refuse(Has(RefusesEmptyValue) && value.Trim().Length == 0, 400);
        value = Has(TabNotTrimmed) ? value.Trim(' ') : Has(EndNotTrimmed) ? value.TrimStart(' ', '\t') : value.Trim(' ', '\t');
        _fields.Add((name, value));
    }

    private bool IsName(string name, string wanted)
    {
        name = Has(UnderscoreIsHyphen) ? name.Replace('_', '-') : name;
        return Has(NamesCaseSensitive) ? name == wanted
            : Has(NameBySuffix) && wanted == "Content-Length" ? name.EndsWith(wanted, StringComparison.OrdinalIgnoreCase)
            : Has(NameByPrefix) && wanted == "Content-Length" ? name.StartsWith(wanted, StringComparison.OrdinalIgnoreCase)
            : name.Equals(wanted, StringComparison.OrdinalIgnoreCase);
    }

    private static void Refuse(bool isWrong, int status)
    {
        if (isWrong)
        {
            throw new Http1SubjectRefusal(status);
        }
    }

    public static bool IsNumber(string text) => text.Length > 0 && text.All(c => c is >= '0' and <= '9');

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Method} {Path} {new StringBuilder().Append(_fields.Count)}");
}
