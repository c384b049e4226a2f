using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace WireProtocols.Tests.Conformance;

/// <summary>The opening handshake of the subject.</summary>
internal sealed class SubjectOpening(Defect defect, NetworkStream stream)
{
    private const string Token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private const int MaxHead = 16 * 1024;
    private static readonly Regex ExtensionList = new(
        $"^[ ,\t]*{Token}([ \t]*;[ \t]*{Token}([ \t]*=[ \t]*({Token}|\"{Token}\"))?)*([ \t]*,[ \t]*({Token}([ \t]*;[ \t]*{Token}([ \t]*=[ "
            + $"\t]*({Token}|\"{Token}\"))?)*)?)*[ \t]*$");

    private static readonly Regex TokenList = new($"^[ ,\t]*{Token}([ \t]*,[ \t]*({Token})?)*$");
    private readonly List<(string Name, string Value)> _fields = [];

    /// <summary>What was read behind the head.</summary>
    public byte[] Behind { get; private set; } = [];

    public bool Deflates { get; private set; }

    public bool ServerNoContext { get; private set; }

    public bool ClientNoContext { get; private set; }

    public int ServerBits { get; private set; } = 15;

    public SubjectTerms Terms => new(false, Behind, Deflates, ServerNoContext, ServerBits, ClientNoContext);

    public async Task<bool> AcceptAsync(CancellationToken stop)
    {
        string? head = await ReadHeadAsync(stop);
        if (head is null)
        {
            return false;
        }

        string? wrong = Check(head.Split("\r\n"));
        if (wrong is not null && defect != Defect.RefusesByHangingUp)
        {
            string status = defect == Defect.RefusesWith200 ? "200 OK" : wrong;
            string version = status.StartsWith("426", StringComparison.Ordinal) && defect != Defect.RefusesWithoutVersion
                ? "Sec-WebSocket-Version: 13\r\n" : "";
            await WriteAsync($"HTTP/1.1 {status}\r\n{version}Content-Length: 0\r\nConnection: close\r\n\r\n", stop);
        }

        if (wrong is null)
        {
            await WriteAsync(Answer(), stop);
        }

        return wrong is null;
    }

    private async Task<string?> ReadHeadAsync(CancellationToken stop)
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
            string text = Encoding.Latin1.GetString(bytes.ToArray());
            int end = text.IndexOf("\r\n\r\n", Math.Max(0, text.Length - count - 3), StringComparison.Ordinal);
            if (end >= 0)
            {
                Behind = defect == Defect.DropsWhatIsBehind ? [] : [.. bytes.Skip(end + 4)];
                return text[..end];
            }

            if (defect == Defect.ReadsHeadOnce)
            {
                await WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n", stop);
                return null;
            }

            if (bytes.Count > MaxHead)
            {
                if (defect != Defect.NoHeadLimit)
                {
                    await WriteAsync("HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\n\r\n", stop);
                    return null;
                }

                bytes.RemoveRange(0, MaxHead / 2);
            }
        }
    }

    /// <returns>The status to refuse with.</returns>
    private string? Check(string[] lines)
    {
        const string Bad = "400 Bad Request";
        string[] start = lines[0].Split(' ');
        if (start.Length != 3 || start[2] is not ("HTTP/1.1" or "HTTP/1.0") || start[1].Contains('#') || start[1] == "*"
            || !(start[1][0] == '/' || (start[1].StartsWith("http://", StringComparison.Ordinal) && defect != Defect.NoAbsoluteForm)))
        {
            return Bad;
        }

        foreach (string line in lines[1..])
        {
            int colon = line.IndexOf(':');
            string name = colon < 0 ? line : line[..colon];
            name = defect == Defect.TakesFoldedFirstLine && ReferenceEquals(line, lines[1]) ? name.TrimStart() : name;
            string value = colon < 0 ? "" : line[(colon + 1)..];
            bool isName = Regex.IsMatch(name, $"^{Token}$") || (defect == Defect.SpaceBeforeColon && Regex.IsMatch(name, $"^{Token} $"));
            if ((colon < 0 && defect != Defect.LineWithoutColon) || (colon >= 0 && !isName) || value.AsSpan().ContainsAny('\0', '\r', '\n')
                || (defect == Defect.RefusesEmptyFields && value.Trim().Length == 0) || (defect == Defect.NeedsSpace && !value.StartsWith(' ')))
            {
                return Bad;
            }

            _fields.Add((name.Trim(), defect == Defect.KeyNotTrimmed ? value[1..] : value.Trim(' ', '\t')));
        }

        return CheckMethod(start) ?? CheckHost() ?? CheckUpgrade() ?? CheckVersion() ?? CheckKey() ?? CheckLists();
    }

    private string? CheckMethod(string[] start)
        => start[0] != "GET" && !(start[0] == "POST" && defect == Defect.AcceptsPost)
            && !(defect == Defect.AcceptsLowerCaseMethod && start[0].Equals("GET", StringComparison.OrdinalIgnoreCase))
                ? "405 Method Not Allowed"
                : start[2] != "HTTP/1.1" && defect != Defect.AcceptsHttp10 ? "426 Upgrade Required" : null;

    private string? CheckHost()
    {
        string[] hosts = All("Host");
        bool isRight = (hosts.Length == 1 || (hosts.Length == 0 && defect == Defect.MissingHost) || (hosts.Length == 2 && defect == Defect.TwoHosts))
            && (defect == Defect.InvalidHost || hosts.All(h => Regex.IsMatch(h, "^[0-9A-Za-z.\\[\\]:_-]*$")))
            && (defect != Defect.HostFirst || _fields[0].Name == "Host");
        return isRight ? null : "400 Bad Request";
    }

    private string? CheckUpgrade()
    {
        StringComparison upgradeCase = defect == Defect.UpgradeCaseSensitive ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        StringComparison connectionCase = defect == Defect.ConnectionCaseSensitive ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;
        string[] upgrade = Members("Upgrade");
        string[] connection = defect == Defect.ConnectionFirstLineOnly ? [.. All("Connection").Take(1)]
            : defect == Defect.ConnectionIsNoList ? All("Connection") : Members("Connection");
        bool isUpgrade = upgrade.Any(u => u.Equals("websocket", upgradeCase))
            || (defect == Defect.UpgradeBySubstring && upgrade.Any(u => u.Contains("websocket", upgradeCase)))
            || (defect == Defect.MissingUpgrade && upgrade.Length == 0);
        bool isConnection = connection.Any(c => c.Equals("Upgrade", connectionCase))
            || (defect == Defect.ConnectionBySubstring && connection.Any(c => c.Contains("upgrade", connectionCase)))
            || (defect == Defect.MissingConnection && connection.Length == 0);
        bool isRefused = defect == Defect.RefusesCaseOfUpgradeList && All("Connection").Any(c => c.StartsWith(','));
        return !isUpgrade ? "426 Upgrade Required" : !isConnection || isRefused ? "400 Bad Request" : null;
    }

    private string? CheckVersion()
    {
        string[] versions = All("Sec-WebSocket-Version");
        bool isRight = versions switch
        {
            [] => defect == Defect.MissingVersion,
            ["13"] => true,
            [var one] => defect == Defect.AnyVersion || (defect == Defect.VersionAsPrefix && one.StartsWith("13", StringComparison.Ordinal))
                || (defect == Defect.VersionAsNumber && int.TryParse(one, NumberStyles.Any, CultureInfo.InvariantCulture, out int number)
                    && number == 13),
            [var one, ..] => defect == Defect.TwoVersions && one == "13",
        };
        return isRight ? null : "426 Upgrade Required";
    }

    private string? CheckKey()
    {
        string[] keys = All("Sec-WebSocket-Key");
        bool isRight = keys switch
        {
            [] => defect == Defect.MissingKey,
            [var key] => defect is Defect.AnyKey or Defect.KeyNotTrimmed || IsKey(key),
            [var key, ..] => defect == Defect.TwoKeys && IsKey(key),
        };
        return isRight ? null : "400 Bad Request";
    }

    private bool IsKey(string key)
    {
        byte[] bytes = new byte[64];
        return key.Length <= 64 && !key.Contains(' ') && Convert.TryFromBase64String(key, bytes, out int count)
            && (count == 16 || defect == Defect.ShortKey)
            && (count != 16 || Convert.ToBase64String(bytes, 0, 16) == key);
    }

    private string? CheckLists()
    {
        string extensions = string.Join(",", All("Sec-WebSocket-Extensions"));
        bool isRight = All("Sec-WebSocket-Protocol").Length == 0 || TokenList.IsMatch(string.Join(",", All("Sec-WebSocket-Protocol")))
            || defect == Defect.MalformedSubprotocols;
        bool areRight = All("Sec-WebSocket-Extensions").Length == 0 || ExtensionList.IsMatch(extensions) || defect == Defect.MalformedExtensions;
        string[] offered = Members("Sec-WebSocket-Protocol");
        return isRight && areRight && offered.Distinct().Count() == offered.Length
            && !(defect == Defect.DeclinesEverythingWith400 && extensions.Length > 0
                && !extensions.StartsWith("permessage-deflate", StringComparison.Ordinal))
                ? null
                : "400 Bad Request";
    }

    private string Answer()
    {
        string key = All("Sec-WebSocket-Key") is [var first, ..] ? first : "";
        string guid = defect == Defect.WrongGuid ? "258eafa5-e914-47da-95ca-c5ab0dc85b11" : "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
        byte[] hashed = defect == Defect.DecodesKey
            ? [.. Convert.FromBase64String(key), .. Encoding.ASCII.GetBytes(guid)]
            : Encoding.Latin1.GetBytes(key + guid);
#pragma warning disable CA5350 // RFC 6455 §4.2.2 asks for SHA-1.
        string accept = Convert.ToBase64String(SHA1.HashData(hashed));
#pragma warning restore CA5350
        StringBuilder answer = new(defect == Defect.Answers200 ? "HTTP/1.1 200 OK\r\n" : defect == Defect.AnswersHttp10
            ? "HTTP/1.0 101 Switching Protocols\r\n" : "HTTP/1.1 101 Switching Protocols\r\n");
        answer.Append(defect == Defect.NoUpgradeInAnswer ? "" : "Upgrade: websocket\r\n");
        answer.Append(defect == Defect.NoConnectionInAnswer ? "" : "Connection: Upgrade\r\n");
        string acceptLine = defect == Defect.SpaceBeforeColonInAnswer ? $"Sec-WebSocket-Accept : {accept}\r\n"
            : $"Sec-WebSocket-Accept: {accept}\r\n";
        answer.Append(defect == Defect.AcceptMissing ? "" : acceptLine).Append(defect == Defect.AcceptTwice ? acceptLine : "");
        answer.Append(defect == Defect.LengthIn101 ? "Content-Length: 0\r\n" : defect == Defect.ChunkedIn101 ? "Transfer-Encoding: chunked\r\n" : "");
        AppendSubprotocol(answer);
        AppendExtensions(answer);
        return answer.Append("\r\n").ToString();
    }

    private void AppendSubprotocol(StringBuilder answer)
    {
        string[] offered = Members("Sec-WebSocket-Protocol");
        string[] chosen = defect switch
        {
            Defect.UnofferedSubprotocol => ["chat"],
            Defect.WholeSubprotocolList when offered.Length > 0 => [string.Join(", ", offered)],
            Defect.TwoSubprotocols => [.. offered.Take(2)],
            Defect.LowerCaseSubprotocol => [.. offered.Take(1).Select(o => o.ToLowerInvariant())],
            _ => [.. offered.Take(1)],
        };
        foreach (string one in chosen)
        {
            answer.Append(CultureInfo.InvariantCulture, $"Sec-WebSocket-Protocol: {one}\r\n");
        }
    }

    private void AppendExtensions(StringBuilder answer)
    {
        string offers = string.Join(", ", All("Sec-WebSocket-Extensions"));
        string? agreed = defect == Defect.UnofferedExtension ? "permessage-deflate"
            : defect == Defect.EchoesExtensions && offers.Length > 0 ? offers
            : defect == Defect.MalformedExtensions && !ExtensionList.IsMatch(offers) ? null
            : offers.Split(',', StringSplitOptions.TrimEntries).Select(Agree).FirstOrDefault(a => a is not null);
        answer.Append(agreed is null ? "" : $"Sec-WebSocket-Extensions: {agreed}\r\n");
    }

    /// <returns>The answer to one offer; null where it is declined.</returns>
    private string? Agree(string offer)
    {
        string[] parts = offer.Split(';', StringSplitOptions.TrimEntries);
        List<string> seen = [];
        string agreed = defect == Defect.OffersQuoted ? "permessage-deflate; \"server_no_context_takeover\"" : "permessage-deflate";
        (bool server, bool client, int bits, string clientBits) = (false, false, 15, "");
        foreach (string part in parts[1..])
        {
            string[] pair = part.Split('=', 2, StringSplitOptions.TrimEntries);
            string? value = pair.Length == 1 ? null : pair[1].Trim('"');
            bool isNew = !seen.Contains(pair[0]) || defect == Defect.DuplicateParameters;
            seen.Add(pair[0]);
            bool isKnown = (pair[0], value) switch
            {
                ("server_no_context_takeover", _) when value is null || defect == Defect.FlagWithValue => server = true,
                ("client_no_context_takeover", _) when value is null || defect == Defect.FlagWithValue => client = true,
                ("server_max_window_bits", not null) when IsBits(value) => (bits = int.Parse(value, CultureInfo.InvariantCulture)) > 0,
                ("client_max_window_bits", null) => true,
                ("client_max_window_bits", not null) when IsBits(value) => (clientBits = value).Length > 0,
                _ => defect == Defect.UnknownParameters,
            };
            if (!isNew || !isKnown)
            {
                return null;
            }
        }

        if (parts[0] != "permessage-deflate")
        {
            return null;
        }

        (Deflates, ServerNoContext, ClientNoContext, ServerBits) = (true, server, client, bits);
        agreed += server && defect != Defect.ServerNoContextOmitted ? "; server_no_context_takeover" : "";
        agreed += client ? "; client_no_context_takeover" : "";
        agreed += seen.Contains("server_max_window_bits") && defect != Defect.ServerBitsOmitted
            ? $"; server_max_window_bits={(defect == Defect.LargerServerBits ? 15 : bits)}" : "";
        return agreed + (defect == Defect.ClientBitsUnasked ? "; client_max_window_bits=15" : clientBits.Length > 0
            ? $"; client_max_window_bits={clientBits}" : "");
    }

    private bool IsBits(string value)
        => value is "8" or "9" or "10" or "11" or "12" or "13" or "14" or "15"
            || (defect == Defect.Bits7 && value == "7") || (defect == Defect.Bits16 && value == "16")
            || (defect == Defect.BitsLeadingZero && value is "09" or "015");

    private string[] All(string name)
        => [.. _fields.Where(f => f.Name.Equals(name, defect == Defect.NamesCaseSensitive ? StringComparison.Ordinal
            : StringComparison.OrdinalIgnoreCase))
            .Select(f => f.Value)];

    private string[] Members(string name)
        => [.. All(name).SelectMany(v => v.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(m => m.Trim('\t', ' '))];

    private async Task WriteAsync(string text, CancellationToken stop) => await stream.WriteAsync(Encoding.Latin1.GetBytes(text), stop);
}
