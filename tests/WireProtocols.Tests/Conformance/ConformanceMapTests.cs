using System.Globalization;
using WireProtocols.Conformance;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Conformance;

/// <summary>Every number of the old suite has a case, and the page has the map.</summary>
public class ConformanceMapTests
{
    private const string Begin = "<!-- map: begin -->";
    private const string End = "<!-- map: end -->";

    [Fact]
    public void Ids_are_unique_and_of_one_form() => Examined.AreWhole(WebSocketServerCases.All, "ws");

    [Fact]
    public void Ids_of_client_cases_are_unique_and_of_one_form() => Examined.AreWhole(WebSocketClientCases.All, "ws-client");

    /// <summary>The same numbers, asked of servers and of clients.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_number_has_a_case(bool isOfClients)
    {
        string[] numbers = [.. ConformanceSuite.Find("websocket", isOfClients)!.Cases.SelectMany(c => c.Autobahn)];
        Assert.Empty(WebSockets.Conformance.ConformanceIndexTests.Numbers.Except(numbers));
        Assert.Empty(numbers.Except(WebSockets.Conformance.ConformanceIndexTests.Numbers));
    }

    /// <summary><c>WIREPROTOCOLS_UPDATE_SNAPSHOTS=1</c> writes the map.</summary>
    [Fact]
    public void The_page_has_the_map()
    {
        string path = Repository.PathOf("docs", "conformance.md");
        string page = File.ReadAllText(path).ReplaceLineEndings("\n");
        int begin = page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        int end = page.IndexOf(End, StringComparison.Ordinal);
        string right = $"{page[..begin]}\n{Map()}{page[end..]}";
        if (Environment.GetEnvironmentVariable("WIREPROTOCOLS_UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(path, right);
        }

        Assert.Equal(right, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    private static string Map()
        => "| number | case for servers, with `ws/` before it | case for clients, with `ws-client/` before it |\n|---|---|---|\n" + string.Concat(
            Pairs(WebSocketServerCases.All)
                .Join(Pairs(WebSocketClientCases.All), s => s.Number, c => c.Number, (s, c) => (s.Number, s.Id, Client: c.Id))
                .OrderBy(p => string.Join('.', p.Number.Split('.')
                    .Select(d => int.Parse(d, CultureInfo.InvariantCulture).ToString("000", CultureInfo.InvariantCulture))), StringComparer.Ordinal)
                .Select(p => $"| {p.Number} | `{p.Id}` | {(p.Client == p.Id ? "the same" : $"`{p.Client}`")} |\n"));

    private static IEnumerable<(string Number, string Id)> Pairs(IEnumerable<ConformanceCase> cases)
        => cases.SelectMany(c => c.Autobahn.Select(n => (n, c.Id[(c.Id.IndexOf('/', StringComparison.Ordinal) + 1)..])));
}
