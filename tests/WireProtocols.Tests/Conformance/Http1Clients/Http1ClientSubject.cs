using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using static WireProtocols.Tests.Conformance.Http1ClientDefect;

namespace WireProtocols.Tests.Conformance;

/// <summary>An HTTP/1.1 client, written for this by hand, with one mistake or none: it reads a URL and reports what it saw.</summary>
internal sealed class Http1ClientSubject(Http1ClientDefect defect)
{
    private bool Has(Http1ClientDefect other) => defect == other;

    public async Task RunAsync(Uri url, CancellationToken stop)
    {
        using TcpClient client = new() { NoDelay = true };
        await client.ConnectAsync(url.Host, url.Port, stop);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(Request(url)), stop);
        Http1SubjectInput input = new(stream, stop);
        StringBuilder report = new();
        bool isReusable = false;
        Http1ClientReading reading = new(defect, input);
        try
        {
            await reading.ReadAsync();
            report.Append(Report(reading));
            isReusable = reading.IsReusable && (input.Count == 0 || Has(ReusedWithMore));
            if (Has(TakesSecondResponse) && input.Count > 0)
            {
                Http1ClientReading second = new(defect, input);
                await second.ReadAsync();
                report.Append(Report(second));
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException or FormatException)
        {
            report.Append(JsonSerializer.Serialize(new { kind = "error", message = exception.Message })).Append('\n');
        }

        await ReportAsync(url, report.ToString(), isReusable ? stream : null, stop);
    }

    private static string Report(Http1ClientReading reading)
        => JsonSerializer.Serialize(new
        {
            kind = "response",
            status = reading.Status,
            body = Convert.ToBase64String(reading.Body),
            trailers = reading.Trailers.Select(t => new[] { t.Name, t.Value }),
        }) + "\n";

    private static async Task ReportAsync(Uri url, string report, Stream? reused, CancellationToken stop)
    {
        byte[] body = Encoding.UTF8.GetBytes(report);
        byte[] request = [.. Encoding.Latin1.GetBytes($"POST /report HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Length: {body.Length}\r\n\r\n"),
            .. body];
        using TcpClient other = new() { NoDelay = true };
        if (reused is null)
        {
            await other.ConnectAsync(url.Host, url.Port, stop);
            reused = other.GetStream();
        }

        await reused.WriteAsync(request, stop);
        byte[] answer = new byte[256];
        _ = await reused.ReadAsync(answer, stop);
    }

    private string Request(Uri url)
    {
        string target = Has(AbsoluteTarget) ? url.AbsoluteUri : Has(FragmentInTarget) ? url.PathAndQuery + "#top" : url.PathAndQuery;
        string host = Has(HostWithoutPort) ? url.Host : Has(UserInfoInHost) ? $"user@{url.Authority}" : url.Authority;
        string[] lines = defect switch
        {
            SpaceBeforeColon => ["X-Test : 1"],
            BadName => ["X(Test: 1"],
            FoldedField => ["X-Test: a\r\n b"],
            HostTwice => [$"Host: {host}"],
            LengthInGet => ["Content-Length: 0"],
            TeHasChunked => ["Connection: TE", "TE: chunked"],
            TeWithoutOption => ["TE: trailers"],
            UpgradeWithoutOption => ["Upgrade: h2c"],
            ExpectInGet => ["Expect: 100-continue"],
            BareReturnInRequest => ["X-Test: a\rb"],
            UserAgentTwice => ["User-Agent: again"],
            BothFramings => ["Content-Length: 0", "Transfer-Encoding: chunked"],
            ControlInValue => ["X-Test: a\u0001b"],
            OptionIsNoToken => ["Connection: keep alive"],
            _ => ["Accept: */*"],
        };
        string first = $"{(Has(LowerCaseGet) ? "get" : "GET")} {(Has(TwoSpaces) ? " " : "")}{target} HTTP/1.{(Has(OldVersion) ? 0 : 1)}";
        string[] all = [first, .. Has(NoHost) ? (string[])[] : [$"Host: {host}"], "User-Agent: subject", .. lines];
        string text = string.Join("\r\n", all) + "\r\n\r\n" + (Has(LineEndBehind) ? "\r\n" : "");
        return (Has(LineEndBefore) ? "\r\n" : "") + (Has(LfInRequest) ? text.Replace("\r\n", "\n", StringComparison.Ordinal) : text);
    }
}
