using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace WireProtocols.Tests.Conformance;

/// <summary>The answer of the server, as the subject reads and judges it.</summary>
internal sealed class SubjectAnswer(ClientDefect defect, NetworkStream stream, string key)
{
    private const int MaxHead = 64 * 1024;
    private static readonly Regex Extension = new("^permessage-deflate([ \t]*;[ \t]*[a-z_]+([ \t]*=[ \t]*(\"[0-9]+\"|[^\" \t;,()]+))?)*$");
    private readonly List<(string Name, string Value)> _fields = [];
    private readonly string[] _offered = SubjectRequest.Offer(defect).Split("; ");

    /// <returns>Null where the connection fails.</returns>
    public async Task<SubjectTerms?> ReadAsync(CancellationToken stop)
    {
        List<byte> bytes = [];
        byte[] buffer = new byte[4096];
        while (true)
        {
            int count = await stream.ReadAsync(buffer, stop);
            if (count == 0)
            {
                return null;
            }

            bytes.AddRange(buffer.AsSpan(0, count));
            string text = Encoding.Latin1.GetString([.. bytes]);
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0 && bytes.Count > MaxHead && defect != ClientDefect.NoHeadLimit)
            {
                return null;
            }

            if (end < 0 && defect == ClientDefect.ReadsHeadOnce)
            {
                return null;
            }

            if (end < 0)
            {
                continue;
            }

            string[] lines = text[..end].Split("\r\n");
            int status = Status(lines[0]);
            if (status is 100 or 103)
            {
                bytes = [.. bytes[(end + 4)..]];
                if (bytes.Count == 0)
                {
                    continue;
                }

                text = Encoding.Latin1.GetString([.. bytes]);
                end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
                if (end < 0)
                {
                    continue;
                }

                lines = text[..end].Split("\r\n");
                status = Status(lines[0]);
            }

            byte[] behind = defect == ClientDefect.DropsWhatIsBehind ? [] : [.. bytes[(end + 4)..]];
            return (defect == ClientDefect.HeadOf1024 && end > 1024) || (defect == ClientDefect.TenFields && lines.Length > 10)
                || !IsRight(lines, status) ? null : Agree(behind);
        }
    }

    private int Status(string line) => defect switch
    {
        ClientDefect.AnyStatus => 101,
        ClientDefect.StatusBySubstring => line.Contains("101", StringComparison.Ordinal) ? 101 : 0,
        ClientDefect.StatusByReason => line.Contains("Switching Protocols", StringComparison.Ordinal) ? 101 : 0,
        ClientDefect.StatusByFirstDigit => line.Length > 9 && line[9] is '1' or '2' ? 101 : 0,
        ClientDefect.StatusByPrefix => line.StartsWith("HTTP/1.1 101", StringComparison.Ordinal) ? 101 : 0,
        ClientDefect.StatusAsNumber when line.Split(' ') is [_, var number, ..]
            && int.TryParse(number, NumberStyles.Integer, CultureInfo.InvariantCulture, out int status) => status,
        ClientDefect.ReasonWanted => line == "HTTP/1.1 101 Switching Protocols" ? 101 : 0,
        ClientDefect.AnyProtocolName => line.Split(' ') is [_, "101", ..] ? 101 : 0,
        _ => Regex.Match(line, "^HTTP/1\\.1 ([0-9]{3})( |$)") is { Success: true } match
            ? int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0,
    };

    private bool IsRight(string[] lines, int status)
    {
        foreach (string line in lines[1..])
        {
            int colon = line.IndexOf(defect == ClientDefect.SpaceWanted ? ": " : ":", StringComparison.Ordinal);
            if (colon <= 0)
            {
                return false;
            }

            string value = line[(colon + (defect == ClientDefect.SpaceWanted ? 2 : 1))..];
            _fields.Add((line[..colon].TrimEnd(), defect == ClientDefect.ValuesNotTrimmed ? value.TrimStart(' ') : value.Trim(' ', '\t')));
        }

        return (status == 101 || (defect == ClientDefect.Takes200 && status == 200) || (defect == ClientDefect.TakesErrors && status >= 400)
                || (defect == ClientDefect.TakesRedirects && status is >= 300 and < 400))
            && (defect == ClientDefect.FieldsInOrder ? _fields[0].Name == "Upgrade" : true)
            && IsUpgrade() && IsConnection() && IsAccept() && IsSubprotocol();
    }

    private bool IsUpgrade() => defect switch
    {
        ClientDefect.AnyUpgrade => true,
        ClientDefect.UpgradeWhereThere => All("Upgrade") is [] or ["websocket"],
        ClientDefect.UpgradePresent => All("Upgrade").Length > 0,
        ClientDefect.UpgradeCaseSensitive => All("Upgrade") is ["websocket"],
        ClientDefect.UpgradeBySubstring => All("Upgrade") is [var value] && value.Contains("websocket", StringComparison.OrdinalIgnoreCase),
        _ => All("Upgrade") is [var value] && value.Equals("websocket", StringComparison.OrdinalIgnoreCase),
    };

    private bool IsConnection()
    {
        string[] lines = All("Connection");
        string[] values = defect switch
        {
            ClientDefect.ConnectionFirstLine => [.. lines.Take(1)],
            ClientDefect.ConnectionLastLine => [.. lines.TakeLast(1)],
            _ => lines,
        };
        string[] tokens = [.. values.SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries))];
        return defect switch
        {
            ClientDefect.AnyConnection => true,
            ClientDefect.ConnectionPresent => lines.Length > 0,
            ClientDefect.ConnectionCaseSensitive => tokens.Contains("Upgrade"),
            ClientDefect.ConnectionBySubstring => values.Any(v => v.Contains("upgrade", StringComparison.OrdinalIgnoreCase)),
            ClientDefect.ConnectionIsNoList => values.Any(v => v.Equals("upgrade", StringComparison.OrdinalIgnoreCase)),
            _ => tokens.Contains("upgrade", StringComparer.OrdinalIgnoreCase),
        };
    }

    private bool IsAccept()
    {
#pragma warning disable CA5350 // RFC 6455 §4.2.2 asks for SHA-1.
        string right = Convert.ToBase64String(SHA1.HashData(Encoding.Latin1.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        string[] all = All("Sec-WebSocket-Accept");
        return defect switch
        {
            ClientDefect.AnyAccept => true,
            ClientDefect.AcceptPresent => all.Length > 0,
            ClientDefect.AcceptWhereThere => all.Length == 0 || all[0] == right,
            ClientDefect.AcceptOfLength => all is [{ Length: 28 }],
            ClientDefect.AcceptCaseInsensitive => all is [var value] && value.Equals(right, StringComparison.OrdinalIgnoreCase),
            ClientDefect.AcceptByBeginning => all is [var value] && value.StartsWith(right[..8], StringComparison.Ordinal),
            ClientDefect.AcceptByContent => all is [var value] && value.Contains(right, StringComparison.Ordinal),
            ClientDefect.AcceptWithoutPadding => all is [var value] && value.TrimEnd('=') == right.TrimEnd('='),
            ClientDefect.AcceptIsPartOfRight => all is [var value] && right.Contains(value, StringComparison.Ordinal),
            ClientDefect.AcceptIgnoresSpace => all is [var value] && value.Replace(" ", "", StringComparison.Ordinal) == right,
            ClientDefect.LastAcceptCounts => all.Length > 0 && all[^1] == right,
            ClientDefect.AnyAcceptCounts => all.Contains(right),
            _ => all is [var value] && value == right,
        };
    }

    private bool IsSubprotocol()
    {
        string[] all = All("Sec-WebSocket-Protocol");
        return all.Length == 0 || defect == ClientDefect.AnySubprotocol
            || (defect == ClientDefect.SubprotocolCaseInsensitive && all[0].Equals("chat", StringComparison.OrdinalIgnoreCase))
            || (defect == ClientDefect.SubprotocolLists && all[0].Split(", ").All(p => p is "chat" or "superchat"))
            || (defect == ClientDefect.SubprotocolByPrefix && all[0].StartsWith("chat", StringComparison.Ordinal))
            || (all is [var value] && value is "chat" or "superchat" && !(defect == ClientDefect.FirstSubprotocolOnly && value != "chat"));
    }

    /// <returns>Null where an extension is not as it was offered.</returns>
    private SubjectTerms? Agree(byte[] behind)
    {
        string[] all = All("Sec-WebSocket-Extensions");
        SubjectTerms terms = new(true, behind, false, false, 15, false, key);
        if (all.Length == 0 || defect == ClientDefect.IgnoresExtensions)
        {
            return terms;
        }

        string answer = string.Join(", ", all);
        bool isDeflate = answer.Split(';')[0].Trim() == "permessage-deflate";
        if ((defect == ClientDefect.AnyExtension && !isDeflate) || (defect == ClientDefect.UnknownExtensionPassed && answer == "x-wire-unknown"))
        {
            return terms;
        }

        if (defect == ClientDefect.ExtensionByPrefix && answer.StartsWith("permessage", StringComparison.Ordinal) && !isDeflate)
        {
            return terms;
        }

        if (defect == ClientDefect.FirstExtensionOnly)
        {
            answer = answer.Split(',')[0].Trim();
        }

        if (defect != ClientDefect.MalformedExtensions && !Extension.IsMatch(answer))
        {
            return null;
        }

        HashSet<string> seen = [];
        terms = terms with { Deflates = true };
        foreach (string part in answer.Split(';', StringSplitOptions.TrimEntries).Skip(1))
        {
            string[] pair = part.Split('=', 2, StringSplitOptions.TrimEntries);
            string? value = pair.Length > 1 ? pair[1].Trim('"') : null;
            if (!seen.Add(pair[0]) && defect != ClientDefect.ParameterTwice)
            {
                return null;
            }

            SubjectTerms? next = Take(terms, pair[0], value);
            if (next is null)
            {
                return null;
            }

            terms = next;
        }

        return terms;
    }

    private SubjectTerms? Take(SubjectTerms terms, string name, string? value)
    {
        bool isFlag = value is null || defect == ClientDefect.FlagWithValue;
        switch (name)
        {
            case "server_no_context_takeover" when isFlag:
                return terms with { PeerNoContext = true };
            case "client_no_context_takeover" when isFlag && defect != ClientDefect.RefusesNoContext:
                return terms with { OwnNoContext = true };
            case "server_max_window_bits" when value is not null && Bits(value) is { } server
                && (Offered("server_max_window_bits=") is not { } most || server <= most || defect == ClientDefect.LargerServerBitsTaken):
                return terms;
            case "server_max_window_bits" or "client_max_window_bits" when value is null && defect == ClientDefect.BitsWithoutValue:
                return terms;
            case "client_max_window_bits" when value is not null && Bits(value) is { } client
                && (_offered.Any(o => o.StartsWith(name, StringComparison.Ordinal)) || defect == ClientDefect.ClientBitsTaken):
                return terms with { OwnBits = client };
            default:
                return defect == ClientDefect.UnknownParameter
                    && name is not ("server_max_window_bits" or "client_max_window_bits" or "server_no_context_takeover"
                        or "client_no_context_takeover")
                    ? terms : defect == ClientDefect.MalformedExtensions ? terms : null;
        }
    }

    private int? Bits(string value) => value switch
    {
        "8" or "9" or "10" or "11" or "12" or "13" or "14" or "15" => int.Parse(value, CultureInfo.InvariantCulture),
        "7" or "16" or "0" when defect == ClientDefect.AnyBits => 15,
        "015" or "09" or "+9" when defect == ClientDefect.BitsAsNumber => 15,
        _ => null,
    };

    private int? Offered(string name)
        => Array.Find(_offered, o => o.StartsWith(name, StringComparison.Ordinal)) is { } offer
            ? int.Parse(offer[name.Length..], CultureInfo.InvariantCulture) : null;

    private string[] All(string name)
        => [.. _fields.Where(f => f.Name.Equals(name, defect == ClientDefect.NamesCaseSensitive ? StringComparison.Ordinal
            : StringComparison.OrdinalIgnoreCase)).Select(f => f.Value)];
}
