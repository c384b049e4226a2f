using System.CommandLine;
using WireProtocols.Cli.IO;
using WireProtocols.Conformance;

namespace WireProtocols.Cli.Conform;

/// <summary>`wire conform URL`: examines an implementation.</summary>
internal static class ConformCommand
{
    public static Command Create(ToolIO io)
    {
        ConformOptions options = new();
        Command conform = new("conform", "Examine a server or a client by the sentences of its specifications.");
        options.AddTo(conform);
        conform.SetAction((arguments, stop) => RunAsync(new ConformSettings(arguments, options), io, stop));
        return conform;
    }

    private static async Task<int> RunAsync(ConformSettings settings, ToolIO io, CancellationToken stop)
    {
        OutputBuffer output = new(io.Output);
        if (settings.Explain is { } id)
        {
            ConformanceCase explained = settings.Url is null && settings.Listen is null ? FindAnywhere(id) : Find(id, settings);
            ConformanceResult? played = settings.Url is null && settings.Exec is null
                ? null
                : await PlayOneAsync(explained, settings, io, output, stop);
            ConformExplain.Write(output, explained, played);
            output.Flush();
            return ExitStatus.Ok;
        }

        ConformanceCase[] cases = Choose(settings);
        if (settings.IsList)
        {
            ConformList.Write(output, cases, settings.Json);
            output.Flush();
            return ExitStatus.Ok;
        }

        ConformBaseline? baseline = settings.Baseline is { } file ? ConformBaseline.Read(file) : null;
        ConformFiles.Check(settings);
        await using ConformSubject subject = ConformSubject.Open(settings, io, output);
        ConformReport report = await PlayAsync(subject, cases, settings, io, output, stop);
        ConformFiles.Write(settings, report);
        ConformanceResult[] counted = [.. report.Failed.Where(r => baseline?.IsKnown(r) != true)];
        ConformSummary.Write(settings, io, output, report, counted);
        output.Flush();
        return counted.Length > 0 ? ExitStatus.Violation : ExitStatus.Ok;
    }

    private static async Task<ConformanceResult?> PlayOneAsync(
        ConformanceCase played, ConformSettings settings, ToolIO io, OutputBuffer output, CancellationToken stop)
    {
        await using ConformSubject subject = ConformSubject.Open(settings, io, output);
        try
        {
            await foreach (ConformanceResult result in subject.RunAsync([played], stop))
            {
                return result;
            }
        }
        catch (ConformanceUnreachableException exception)
        {
            throw new ToolException(ExitStatus.InputOutput, exception.Message);
        }

        return null;
    }

    private static async Task<ConformReport> PlayAsync(
        ConformSubject subject, ConformanceCase[] cases, ConformSettings settings, ToolIO io, OutputBuffer output, CancellationToken stop)
    {
        ConformReport report = new(subject.Url, settings.Run.Seed, io.Time);
        ConformLive live = new(io, cases.Length);
        using JsonRows rows = new(output);
        try
        {
            await foreach (ConformanceResult result in subject.RunAsync(cases, stop))
            {
                report.Add(result);
                if (settings.Json)
                {
                    ConformRow.Write(rows, result);
                    output.Flush();
                }
                else
                {
                    live.Show(result);
                }
            }
        }
        catch (ConformanceUnreachableException exception)
        {
            throw new ToolException(ExitStatus.InputOutput, exception.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // How far it came is said below.
        }
        finally
        {
            live.Clear();
        }

        if (stop.IsCancellationRequested && report.Results.Count < cases.Length)
        {
            // A run that was cut short has not shown that nothing fails.
            throw new ToolException(ExitStatus.InputOutput, $"stopped after {report.Results.Count} of {cases.Length} cases.");
        }

        report.End();
        return report;
    }

    /// <summary>What is only explained needs no subject.</summary>
    private static ConformanceCase FindAnywhere(string id)
        => ConformanceSuite.FindCase(id)
            ?? throw ToolException.Usage($"there is no case '{id}'; 'wire conform --list' shows those of a subject.");

    private static ConformanceCase Find(string id, ConformSettings settings)
        => settings.Suite.Cases.FirstOrDefault(c => c.Id == id)
            ?? throw ToolException.Usage($"there is no case '{id}'; 'wire conform --list' shows them all.");

    private static ConformanceCase[] Choose(ConformSettings settings)
    {
        IEnumerable<ConformanceCase> cases = settings.Case is { Length: > 0 } ids ? ids.Select(i => Find(i, settings)) : settings.Suite.Cases;
        ConformanceCase[] chosen =
        [
            .. cases.Where(c => settings.Level is not { } level || c.Level == level)
                .Where(c => settings.Filters.Count == 0 || settings.Filters.Any(c.Matches)),
        ];
        return chosen.Length > 0 ? chosen : throw ToolException.Usage("no case is chosen; 'wire conform --list' shows them all.");
    }
}
