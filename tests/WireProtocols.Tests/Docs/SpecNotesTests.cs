using System.Text.RegularExpressions;
using WireProtocols.Conformance;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Docs;

/// <summary>What the notes on specifications name exists: a test that was renamed or removed leaves no clause behind that looks tested.</summary>
public partial class SpecNotesTests
{
    private static readonly string Tests = string.Join('\n', Files("tests", "*.cs").Concat(Files("fuzz", "*.cs")).Select(File.ReadAllText));
    private static readonly HashSet<string> Members = [.. Name().Matches(Tests).Select(m => m.Value)];
    private static readonly string[] Vectors =
        [
            .. Files(Path.Combine("tests", "vectors"), "*.json")
                .SelectMany(f => VectorName().Matches(File.ReadAllText(f)).Select(m => m.Groups[1].Value)),
        ];

    public static TheoryData<string> Notes => new(Files("spec-notes", "*.md").Select(f => Path.GetFileName(f)));

    [Theory]
    [MemberData(nameof(Notes))]
    public void Every_test_that_is_named_exists(string file)
    {
        IEnumerable<string> missing =
            from row in Rows(file)
            from name in Test().Matches(row[^1]).Select(m => m.Groups[1].Value)
            where !Members.Contains(name) && !(name.EndsWith('…') && Members.Any(m => m.StartsWith(name.TrimEnd('…'), StringComparison.Ordinal)))
            select name;
        Assert.Empty(missing);
    }

    /// <summary>In the notes on WebSockets a name in quotes is a vector, and a number a case of the common test suite.</summary>
    [Theory]
    [InlineData("rfc6455.md")]
    [InlineData("rfc6455-handshake.md")]
    [InlineData("rfc7692.md")]
    public void Every_vector_and_case_that_is_named_exists(string file)
    {
        HashSet<string> cases = [.. WebSocketServerCases.All.SelectMany(c => c.Autobahn)];
        Assert.All(Rows(file).SelectMany(row => Quoted().Matches(row[^1])), quoted => Assert.Contains(quoted.Groups[1].Value, Vectors));
        Assert.All(
            Rows(file).SelectMany(row => CaseNumber().Matches(Quoted().Replace(row[^1], ""))),
            number => Assert.Contains(number.Value, cases));
    }

    /// <summary>A clause that binds has a test, unless it is for somebody else to keep.</summary>
    [Theory]
    [InlineData("rfc6455.md")]
    [InlineData("rfc7692.md")]
    public void Every_clause_that_binds_has_a_test(string file)
    {
        IEnumerable<string> open =
            from row in Rows(file)
            where Level().IsMatch(row[1]) && row[^1].Length == 0 && !row[2].StartsWith("caller", StringComparison.Ordinal)
                && !row[2].StartsWith("none", StringComparison.Ordinal)
            select row[0];
        Assert.Empty(open);
        Assert.True(Rows(file).Count() > 30);
    }

    /// <summary>The rows of the tables: clause, level, type, test.</summary>
    private static IEnumerable<string[]> Rows(string file)
        => File.ReadLines(Repository.PathOf("spec-notes", file))
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim().Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
            .Where(cells => cells is [not "clause", _, _, _]);

    private static IEnumerable<string> Files(string folder, string pattern)
        => Directory.EnumerateFiles(Repository.PathOf(folder), pattern, SearchOption.AllDirectories)
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !f.Contains("node_modules", StringComparison.Ordinal));

    [GeneratedRegex(@"\w+")]
    private static partial Regex Name();

    [GeneratedRegex(@"""name"": *""((?:[^""\\]|\\.)*)""")]
    private static partial Regex VectorName();

    /// <summary>A method's name, or a class's whose name ends in "Tests", with or without what it stands in.</summary>
    [GeneratedRegex(@"`(?:\w+\.)?([A-Z]\w*_\w*…?|\w+Tests)`")]
    private static partial Regex Test();

    [GeneratedRegex(@"""([^""]+)""")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?<![\w§.])\d+\.\d+(\.\d+)?(?![\w.]*x)")]
    private static partial Regex CaseNumber();

    [GeneratedRegex("^(MUST|SHOULD|MAY|must)")]
    private static partial Regex Level();
}
