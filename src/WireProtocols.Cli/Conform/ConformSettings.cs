using System.CommandLine;
using WireProtocols.Conformance;

namespace WireProtocols.Cli.Conform;

/// <summary>What the command line asked for.</summary>
internal sealed class ConformSettings(ParseResult arguments, ConformOptions options)
{
    public Uri? Url { get; } = arguments.GetValue(options.Url);

    /// <summary>Where clients connect to; null for servers.</summary>
    public int? Listen { get; } = arguments.GetValue(options.Listen);

    /// <summary>The client of each case; null where clients come by themselves.</summary>
    public string? Exec { get; } = arguments.GetValue(options.Exec);

    public ConformanceSuite Suite { get; }
        = ConformanceSuite.Find(arguments.GetRequiredValue(options.Subject), arguments.GetValue(options.Listen) is not null)
            ?? throw ToolException.Usage(
                $"there are no cases for {(arguments.GetValue(options.Listen) is null ? "servers" : "clients")} of "
                    + $"'{arguments.GetValue(options.Subject)}'.");

    public bool Json { get; } = arguments.GetValue(options.Json);

    public bool Markdown { get; } = arguments.GetValue(options.Markdown);

    public string? Junit { get; } = arguments.GetValue(options.Junit);

    public string? Html { get; } = arguments.GetValue(options.Html);

    public bool IsList { get; } = arguments.GetValue(options.List);

    public string[] Case { get; } = arguments.GetValue(options.Case) ?? [];

    public string? Explain { get; } = arguments.GetValue(options.Explain);

    public string? Baseline { get; } = arguments.GetValue(options.Baseline);

    public bool AllowRemote { get; } = arguments.GetValue(options.AllowRemote);

    public ConformanceLevel? Level { get; }
        = arguments.GetValue(options.Level) is { } level ? Enum.Parse<ConformanceLevel>(level, ignoreCase: true) : null;

    public IReadOnlyList<string> Filters { get; } = arguments.GetValue(options.Filter) ?? [];

    public ConformanceOptions Run { get; } = new()
    {
        Timeout = TimeSpan.FromSeconds(arguments.GetValue(options.Timeout)),
        Jobs = arguments.GetValue(options.Jobs),
        Seed = arguments.GetValue(options.Seed),
        OpenCarrier = arguments.GetValue(options.Carrier) is { } port ? ConformCarriers.At(port) : null,
    };
}
