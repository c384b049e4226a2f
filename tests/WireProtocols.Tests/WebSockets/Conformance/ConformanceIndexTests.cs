using System.Globalization;

namespace WireProtocols.Tests.WebSockets.Conformance;

/// <summary>The common test suite has 517 cases. Every number of its index is played here.</summary>
public class ConformanceIndexTests
{
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

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> Numbers { get; } = [.. Index.SelectMany(s => Enumerable.Range(1, s.Count).Select(i => $"{s.Section}.{i}"))];

    [Fact]
    public void Every_number_of_the_index_is_played()
    {
        IReadOnlyList<string> index = Numbers;
        Assert.Equal(517, index.Count);
        HashSet<string> played =
        [
            .. ConformanceCases.All.Concat(Utf8Cases.All).SelectMany(c => Expand(c.Name)),
            .. LimitConformanceTests.Cases.Select(c => c.Number),
            .. DeflateConformanceTests.Sections.SelectMany(s => Variants($"12.{s.Data.Item1}")),
            .. DeflateOfferConformanceTests.Numbers.SelectMany(s => Variants($"13.{s.Data.Item1}")),

            // Bad_text_in_the_middle_of_a_frame_fails_at_its_first_bad_byte
            "6.4.3",
            "6.4.4",
        ];
        Assert.Empty(index.Except(played));
        Assert.Empty(played.Except(index));
    }

    private static IEnumerable<string> Variants(string section) => DeflateConformanceTests.Variants.Select((_, i) => $"{section}.{i + 1}");

    /// <summary>The numbers that a name begins with: "2.4,2.6 …", "5.3-5.5 …".</summary>
    private static IEnumerable<string> Expand(string name)
    {
        string numbers = name[..name.IndexOf(' ', StringComparison.Ordinal)];
        if (!char.IsAsciiDigit(numbers[0]))
        {
            yield break;
        }

        foreach (string range in numbers.Split(','))
        {
            string[] ends = range.Split('-');
            int dot = ends[0].LastIndexOf('.');
            int first = int.Parse(ends[0].AsSpan(dot + 1), CultureInfo.InvariantCulture);
            int last = int.Parse(ends[^1].AsSpan(ends[^1].LastIndexOf('.') + 1), CultureInfo.InvariantCulture);
            for (int i = first; i <= last; i++)
            {
                yield return $"{ends[0][..dot]}.{i}";
            }
        }
    }
}
