using System.Globalization;
using WireProtocols.Conformance;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Conformance;

/// <summary>Every number of the old suite has a case, and the page has the map.</summary>
public class ConformanceMapTests
{
    private const string Begin = "<!-- map: begin -->";
    private const string End = "<!-- map: end -->";

    /// <summary>How many cases each section has.</summary>
    private static readonly (string Section, int Count)[] Index =
    [
        ("1.1", 8), ("1.2", 8), ("2", 11), ("3", 7), ("4.1", 5), ("4.2", 5), ("5", 20),
        ("6.1", 3), ("6.2", 4), ("6.3", 2), ("6.4", 4), ("6.5", 5), ("6.6", 11), ("6.7", 4), ("6.8", 2), ("6.9", 4), ("6.10", 3), ("6.11", 5), (
            "6.12", 8),
        ("6.13", 5), ("6.14", 10), ("6.15", 1), ("6.16", 3), ("6.17", 5), ("6.18", 5), ("6.19", 5), ("6.20", 7), ("6.21", 8), ("6.22", 34), (
            "6.23", 7),
        ("7.1", 6), ("7.3", 6), ("7.5", 1), ("7.7", 13), ("7.9", 9), ("7.13", 2),
        ("9.1", 6), ("9.2", 6), ("9.3", 9), ("9.4", 9), ("9.5", 6), ("9.6", 6), ("9.7", 6), ("9.8", 6), ("10.1", 1),
        .. Enumerable.Range(1, 5).Select(i => ($"12.{i}", 18)),
        .. Enumerable.Range(1, 7).Select(i => ($"13.{i}", 18)),
    ];

    /// <summary>The 517 numbers of the old suite.</summary>
    private static IReadOnlyList<string> Numbers { get; } =
        [.. Index.SelectMany(s => Enumerable.Range(1, s.Count).Select(i => $"{s.Section}.{i}"))];


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
        Assert.Equal(517, Numbers.Count);
        string[] numbers = [.. ConformanceSuite.Find("websocket", isOfClients)!.Cases.SelectMany(c => c.Autobahn)];
        Assert.Empty(Numbers.Except(numbers));
        Assert.Empty(numbers.Except(Numbers));
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
