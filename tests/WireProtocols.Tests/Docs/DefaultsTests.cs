using System.Text.RegularExpressions;
using WireProtocols.AspNetCore;
using WireProtocols.MsQuic;
using WireProtocols.Nats;
using WireProtocols.Redis;
using WireProtocols.Tests.Harness;
using WireProtocols.Transports;

namespace WireProtocols.Tests.Docs;

/// <summary>SECURITY.md lists every default. <c>WIREPROTOCOLS_UPDATE_SNAPSHOTS=1 dotnet test</c> rewrites the table.</summary>
public partial class DefaultsTests
{
    private static readonly string SecurityFile = Repository.PathOf("SECURITY.md");

    [Fact]
    public void The_table_of_defaults_is_that_of_the_code()
    {
        string text = File.ReadAllText(SecurityFile);
        string expected = ToMarkdown();
        if (Environment.GetEnvironmentVariable("WIREPROTOCOLS_UPDATE_SNAPSHOTS") == "1")
        {
            text = Table().Replace(text, _ => expected, 1);
            File.WriteAllText(SecurityFile, text);
        }

        Assert.Equal(expected, Table().Match(text).Value);
    }

    [Fact]
    public void A_default_that_differs_is_noticed()
    {
        string table = ToMarkdown();
        Assert.Contains("| `Http1Options.MaxFieldCount` | 100 | from 0 |", table, StringComparison.Ordinal);
        Assert.DoesNotContain("| `Http1Options.MaxFieldCount` | 101 |", table, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(65536, "64 KiB")]
    [InlineData(8388608L, "8 MiB")]
    [InlineData(100, "100")]
    [InlineData(long.MaxValue, "no limit")]
    [InlineData(true, "on")]
    [InlineData(false, "off")]
    [InlineData(null, "none")]
    public void Values_are_written_for_people(object? value, string expected) => Assert.Equal(expected, Defaults.Describe(value));

    [Fact]
    public void Times_are_written_in_seconds()
    {
        Assert.Equal("30 s", Defaults.Describe(TimeSpan.FromSeconds(30)));
        Assert.Equal("0.1 s", Defaults.Describe(TimeSpan.FromMilliseconds(100)));
        Assert.Equal("no limit", Defaults.Describe(Timeout.InfiniteTimeSpan));
    }

    private static string ToMarkdown()
        => Defaults.ToMarkdown(
            typeof(WireProtocolException).Assembly,
            typeof(TransportListener).Assembly,
            typeof(MsQuicLibrary).Assembly,
            typeof(WireDrain).Assembly,
            typeof(RedisBackplane).Assembly,
            typeof(NatsBackplane).Assembly);

    /// <summary>The rows that begin with an option's name, and the head above them.</summary>
    [GeneratedRegex(@"\| option \| default \|[^\n]*\n\|[-| ]+\|\n(\| `\w+\.\w+` \|[^\n]*\|\n)*", RegexOptions.CultureInvariant)]
    private static partial Regex Table();
}
