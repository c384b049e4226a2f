using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using WireProtocols.Cli.Serve;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Cli.Serve;

/// <summary>The table in spec-notes/malformed-requests.md, row by row.</summary>
public sealed partial class MalformedRequestTests : IAsyncLifetime
{
    private readonly StringWriter _log = new();
    private WireServer _server = null!;

    public static TheoryData<string, string, int, string> Rows()
    {
        TheoryData<string, string, int, string> rows = [];
        foreach (Match row in Row().Matches(File.ReadAllText(Repository.PathOf("spec-notes/malformed-requests.md"))))
        {
            rows.Add(
                row.Groups["what"].Value,
                row.Groups["request"].Value,
                int.Parse(row.Groups["status"].ValueSpan, CultureInfo.InvariantCulture),
                row.Groups["section"].Value);
        }

        return rows;
    }

    public async ValueTask InitializeAsync()
        => _server = await WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings { Log = _log });

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Assert.Equal("", _log.ToString());
    }

    [Fact]
    public void There_are_a_hundred() => Assert.InRange(Rows().Count, 100, 200);

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_malformed_request_is_answered_once_with_its_status_and_section(string what, string request, int status, string section)
    {
        using RawClient client = await RawClient.ConnectAsync(_server.EndPoint);
        await client.SendAsync(Unescape(request) + "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        client.EndSending();
        string answer = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(await client.ReadTextToEndAsync()));
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.True(Regex.IsMatch(answer, Regex.Escape(section) + "[;,)]"), $"{what}: {answer}");
        Assert.Contains("\r\nConnection: close\r\n", answer, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(answer, "HTTP/1\\.1 [0-9]{3} "));
    }

    /// <summary>Inner repetitions first.</summary>
    private static string Unescape(string text)
    {
        while (Repetition().IsMatch(text))
        {
            text = Repetition().Replace(
                text,
                m => string.Concat(Enumerable.Repeat(m.Groups["what"].Value, int.Parse(m.Groups["count"].ValueSpan, CultureInfo.InvariantCulture))));
        }

        return Regex.Unescape(text);
    }

    [GeneratedRegex(@"^\| [0-9]+ \| (?<what>[^|]+) \| `(?<request>[^|]+)` \| (?<status>[0-9]+) \| (?<section>[^|]+) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\((?<what>[^()]+)\*(?<count>[0-9]+)\)")]
    private static partial Regex Repetition();
}
