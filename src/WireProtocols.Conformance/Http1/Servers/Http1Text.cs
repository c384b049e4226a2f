namespace WireProtocols.Conformance;

/// <summary>Requests as text: a character is a byte, and what is in braces is filled in.</summary>
internal static class Http1Text
{
    public const string Hello = "hello";

    /// <summary>A pause while sending; no byte of it is sent.</summary>
    public const char Pause = '\ue000';

    /// <summary>A whole request that hides inside of something else.</summary>
    public const string Hidden = "GET {target}?hidden HTTP/1.1\r\nHost: {host}\r\n\r\n";

    /// <summary>A request with Host and these lines.</summary>
    public static string Get(params string[] lines) => Of("GET {target} HTTP/1.1", lines, "");

    public static string Post(string line, string body) => Of("POST {target} HTTP/1.1", [line], body);

    public static string Post(string[] lines, string body) => Of("POST {target} HTTP/1.1", lines, body);

    public static string Of(string requestLine, string[] lines, string body)
        => $"{requestLine}\r\nHost: {{host}}\r\n{string.Concat(lines.Select(l => l + "\r\n"))}\r\n{body}";

    public static string Chunked(string body) => Post("Transfer-Encoding: chunked", body);

    public static string Visible(string text)
        => string.Concat(text.Select(c => c switch { '\r' => "\\r", '\n' => "\\n", < ' ' or > '~' => $"\\x{(int)c:x2}", _ => c.ToString() }));
}
