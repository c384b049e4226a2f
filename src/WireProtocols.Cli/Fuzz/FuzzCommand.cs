using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using WireProtocols.Cli.IO;
using WireProtocols.Conformance;

namespace WireProtocols.Cli.Fuzz;

/// <summary>`wire fuzz URL`: malformed input to a server.</summary>
internal static class FuzzCommand
{
    public static Command Create(ToolIO io)
    {
        Argument<Uri> url = new("URL")
        {
            Description = "The server: ws://host:port/path, which echoes every message, or http://host:port/path.",
            CustomParser = result =>
            {
                if (Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out Uri? parsed) && parsed.Scheme is "ws" or "http")
                {
                    return parsed;
                }

                result.AddError($"'{result.Tokens[0].Value}' is no URL that 'wire fuzz' knows: ws://host:port/path or http://host:port/path.");
                return null;
            },
        };
        Option<int> seed = CommonOptions.Count("--seed", "What the input is made from.", 1, 0);
        Option<int> seconds = CommonOptions.Count("--seconds", "How long.", 60, 1);
        Option<int?> pid = new("--pid") { Description = "The server's process, whose end and memory are looked at.", HelpName = "PID" };
        Option<int?> round = new("--case") { Description = "Only this round of that seed.", HelpName = "N" };
        Option<bool> json = new("--json") { Description = "Print one JSON object a finding." };
        Option<bool> remote = new("--allow-remote") { Description = "Fuzz a server that is not on this machine." };
        Command fuzz = new("fuzz", "Send malformed handshakes, frames and requests to a server, and say where it fails.")
        {
            url, seed, seconds, pid, round, json, remote,
        };
        fuzz.SetAction((arguments, stop) => RunAsync(
            arguments.GetRequiredValue(url),
            new ServerFuzzOptions
            {
                Seed = arguments.GetValue(seed),
                Time = TimeSpan.FromSeconds(arguments.GetValue(seconds)),
                ProcessId = arguments.GetValue(pid),
                Round = arguments.GetValue(round),
            },
            arguments.GetValue(json),
            arguments.GetValue(remote),
            io,
            stop));
        return fuzz;
    }

    private static async Task<int> RunAsync(Uri url, ServerFuzzOptions options, bool json, bool allowsRemote, ToolIO io, CancellationToken stop)
    {
        bool isLocal = url.IdnHost == "localhost" || (IPAddress.TryParse(url.IdnHost.Trim('[', ']'), out IPAddress? address)
            && IPAddress.IsLoopback(address));
        if (!isLocal && !allowsRemote)
        {
            throw ToolException.Usage($"{url.Authority} is not this machine: the input is meant to harm. --allow-remote allows it.");
        }

        OutputBuffer output = new(io.Output);
        using JsonRows rows = new(output);
        ServerFuzzer fuzzer = new(url, options);
        int count = 0;
        try
        {
            await foreach (ServerFuzzFinding finding in fuzzer.RunAsync(stop))
            {
                count++;
                Write(url, options, json, output, rows, finding);
                output.Flush();
            }
        }
        catch (ConformanceUnreachableException exception)
        {
            throw new ToolException(ExitStatus.InputOutput, exception.Message);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // What was found until then counts.
        }

        if (!json)
        {
            output.Write(string.Create(CultureInfo.InvariantCulture, $"{fuzzer.Rounds} rounds, {count} findings\n"));
            output.Flush();
        }

        return count > 0 ? ExitStatus.Violation : ExitStatus.Ok;
    }

    private static void Write(Uri url, ServerFuzzOptions options, bool json, OutputBuffer output, JsonRows rows, ServerFuzzFinding finding)
    {
        string id = string.Create(CultureInfo.InvariantCulture, $"{url.Scheme}/fuzz/{options.Seed}/{finding.Round}");
        string repeat = string.Create(CultureInfo.InvariantCulture, $"wire fuzz {url} --seed {options.Seed} --case {finding.Round}");
        if (!json)
        {
            output.Write($"{finding.What}: {View.SafeText.Of(finding.Got)}{(finding.Spec.Length > 0 ? $" ({finding.Spec})" : "")}\n");
            output.Write($"  sent:   {Convert.ToHexStringLower(finding.Sent)}\n  repeat: {repeat}\n");
            return;
        }

        Utf8JsonWriter row = rows.Begin("finding"u8);
        row.WriteString("what"u8, finding.What);
        row.WriteString("id"u8, id);
        row.WriteString("spec"u8, finding.Spec);
        row.WriteString("got"u8, finding.Got);
        row.WriteString("sent"u8, Convert.ToHexStringLower(finding.Sent));
        row.WriteString("repeat"u8, repeat);
        rows.End();
    }
}
