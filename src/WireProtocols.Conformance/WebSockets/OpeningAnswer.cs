using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace WireProtocols.Conformance;

/// <summary>The head that a server answers with.</summary>
internal sealed class OpeningAnswer : HttpHead
{
    private OpeningAnswer(ReadOnlySpan<byte> head)
        : base(head)
        => Status = StatusLine.Length >= 12
            && int.TryParse(StatusLine.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out int status)
                ? status
                : 0;

    public string StatusLine => FirstLine;

    public int Status { get; }

    public bool IsAccepted => Status == 101;

    public static OpeningAnswer Parse(ReadOnlySpan<byte> head) => new(head);

    /// <summary>What is wrong with any head of a response.</summary>
    public string? FindBrokenGrammar()
    {
        bool isVersion = StatusLine.StartsWith("HTTP/1.1 ", StringComparison.Ordinal)
            || (!IsAccepted && StatusLine.StartsWith("HTTP/1.0 ", StringComparison.Ordinal));
        if (!isVersion || Status == 0 || StatusLine.Length < 13 || StatusLine[12] != ' ')
        {
            return $"the status line is '{StatusLine}' (RFC 9112 §4: HTTP-version SP status-code SP [reason-phrase])";
        }

        return FindBrokenLine();
    }

    /// <summary>What is wrong with a 101 to a key, whatever was offered.</summary>
    public string? FindBrokenAccept(string key)
    {
        string[] accepts = All("Sec-WebSocket-Accept");
        string right = AcceptOf(key);
        return FindBrokenGrammar()
            ?? (accepts.Length != 1 ? $"Sec-WebSocket-Accept stands {accepts.Length} times in the 101 (RFC 6455 §4.2.2, §11.3.3)" : null)
            ?? (accepts[0] != right ? $"Sec-WebSocket-Accept is '{accepts[0]}' and not '{right}' (RFC 6455 §4.2.2)" : null)
            ?? (All("Upgrade") is not [var upgrade] || !upgrade.Equals("websocket", StringComparison.OrdinalIgnoreCase)
                ? $"Upgrade is '{string.Join(" / ", All("Upgrade"))}' and not 'websocket' (RFC 6455 §4.2.2)" : null)
            ?? (!Members("Connection").Contains("upgrade", StringComparer.OrdinalIgnoreCase)
                ? $"Connection is '{string.Join(" / ", All("Connection"))}' and lacks Upgrade (RFC 6455 §4.2.2)" : null)
            ?? (All("Transfer-Encoding").Length > 0 ? "a 101 has Transfer-Encoding (RFC 9112 §6.1: MUST NOT)" : null)
            ?? (All("Content-Length").Length > 0 ? "a 101 has Content-Length (RFC 9110 §8.6: MUST NOT)" : null);
    }

    /// <summary>What is wrong with the subprotocol and the extensions of a 101 to a client that offered these.</summary>
    public string? FindUnasked(IReadOnlyCollection<string> subprotocols, bool offeredExtensions)
    {
        string[] chosen = All("Sec-WebSocket-Protocol");
        return chosen.Length > 1
            ? "Sec-WebSocket-Protocol stands more than once in the 101 (RFC 6455 §11.3.4: MUST NOT)"
            : chosen.Length == 1 && !subprotocols.Contains(chosen[0])
                ? $"the subprotocol '{chosen[0]}' was not offered (RFC 6455 §4.2.2)"
                : !offeredExtensions && All("Sec-WebSocket-Extensions") is [var unasked, ..]
                    ? $"the extension '{unasked}' was not offered (RFC 6455 §4.2.2)"
                    : null;
    }

    public static string AcceptOf(string key)
        => Convert.ToBase64String(HashData(Encoding.Latin1.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));

#pragma warning disable CA5350 // RFC 6455 §4.2.2 asks for SHA-1; it protects nothing here.
    private static byte[] HashData(byte[] bytes) => SHA1.HashData(bytes);
#pragma warning restore CA5350
}
