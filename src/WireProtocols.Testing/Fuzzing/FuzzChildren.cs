using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace WireProtocols.Testing;

/// <summary>Searches in processes of their own, each in the woven copy of the program with a seed of its own.</summary>
internal static class FuzzChildren
{
    private const int Found = 1;
    private const int DefaultSeconds = 60;
    private const int LongestHex = 4096;
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(10);

    /// <summary>The options of a run.</summary>
    public static readonly string[] Options = ["--seconds", "--executions", "--seed", "--jobs", "--corpus", "--keep", "--json"];

    /// <summary>Whether this process is one.</summary>
    public static bool IsWoven => WovenCopy.IsCurrent;

    /// <summary>Starts as many as there are jobs, passes their lines on, and sums up.</summary>
    /// <returns>1 where one has found something.</returns>
    public static int Run(FuzzTarget target, FuzzArguments arguments, IReadOnlyList<string> libraries)
    {
        long jobs = Math.Max(1, arguments.Number("--jobs") ?? 1);
        long seed = arguments.Number("--seed") ?? 1;
        string woven = WovenCopy.Prepare(libraries);
        Process[] children
            = [.. Enumerable.Range(0, (int)jobs).Select(job => Start(woven, ["search", target.Name, .. Passed(arguments, seed + job)]))];
        int worst = 0;
        foreach (Process child in children)
        {
            child.WaitForExit();
            worst = Math.Max(worst, child.ExitCode);
            child.Dispose();
        }

        return worst;
    }

    /// <summary>Runs the same command in the woven copy.</summary>
    public static int Repeat(IReadOnlyList<string> args, IReadOnlyList<string> libraries)
    {
        using Process child = Start(WovenCopy.Prepare(libraries), args);
        child.WaitForExit();
        return child.ExitCode;
    }

    /// <summary>Is the child: searches, and says what it found as one command that repeats it.</summary>
    public static int Search(FuzzTarget target, IEnumerable<string> args, IReadOnlyList<string> libraries)
    {
        FuzzArguments arguments = new(args, Options);
        string corpus = arguments["--corpus"] ?? Path.Combine("fuzz", "corpus", target.Name);
        FuzzSearchOptions options = new()
        {
            Seed = (int)(arguments.Number("--seed") ?? 1),
            Time = TimeSpan.FromSeconds(arguments.Number("--seconds") ?? DefaultSeconds),
            MaxExecutions = arguments.Number("--executions") ?? long.MaxValue,
            Seeds = Directory.Exists(corpus)
                ? [.. Directory.EnumerateFiles(corpus).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)]
                : [],
            Words = [.. libraries.SelectMany(l => CodeWords.Of(Path.Combine(AppContext.BaseDirectory, l), target.CodeNamespace))],
        };
        using FuzzSearch search = new(target, options);
        TimeSpan next = Between;
        FuzzReport report = search.Run(r =>
        {
            if (r.Elapsed > next)
            {
                next = r.Elapsed + Between;
                Console.WriteLine(Line(target, options, r));
            }
        });
        Console.WriteLine(Line(target, options, report));
        Record(arguments["--json"], target, options, report);
        return report.Finding is { } finding ? Show(target, finding, arguments["--keep"] ?? Path.Combine("artifacts", "fuzz", "found")) : 0;
    }

    private static IEnumerable<string> Passed(FuzzArguments arguments, long seed)
        => [.. FuzzArguments.Spread(arguments, [.. Options.Where(o => o is not ("--jobs" or "--seed"))]),
            "--seed", seed.ToString(CultureInfo.InvariantCulture)];

    /// <summary>Starts the program of a woven copy, with pipes for its input and its output.</summary>
    public static Process StartPiped(string woven, IEnumerable<string> arguments)
    {
        ProcessStartInfo start = Prepare(woven, arguments);
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        return Process.Start(start)!;
    }

    private static Process Start(string woven, IEnumerable<string> arguments) => Process.Start(Prepare(woven, arguments))!;

    private static ProcessStartInfo Prepare(string woven, IEnumerable<string> arguments)
    {
        string program = Path.Combine(woven, Path.GetFileName(Assembly.GetEntryAssembly()!.Location));
        ProcessStartInfo start = new(Environment.ProcessPath!) { UseShellExecute = false };
        bool isHost = Path.GetFileNameWithoutExtension(start.FileName) == "dotnet";
        start.FileName = isHost ? start.FileName : Path.ChangeExtension(program, OperatingSystem.IsWindows() ? ".exe" : null);
        foreach (string argument in isHost ? [program, .. arguments] : arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // Instrumentation for the profile costs more than it gives: every block calls out already.
        start.Environment["DOTNET_TieredPGO"] = "0";
        return start;
    }

    private static string Line(FuzzTarget target, FuzzSearchOptions options, FuzzReport report)
        => string.Create(
            CultureInfo.InvariantCulture,
            $"{target.Name}, seed {options.Seed}: {report.Executions} executions ({report.Structured} by elements) "
                + $"in {report.Elapsed.TotalSeconds:0} s, {report.Edges} edges, {report.Kept} inputs kept, the last new one at {report.LastNew}");

    private static int Show(FuzzTarget target, FuzzFinding finding, string folder)
    {
        string file = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, target.Name)).FullName, Name(finding.Input));
        File.WriteAllBytes(file, finding.Input);
        string input = finding.Input.Length <= LongestHex / 2 ? Convert.ToHexStringLower(finding.Input) : file;
        string command = finding.Growth is { } growth
            ? string.Create(CultureInfo.InvariantCulture, $"growth {target.Name} {input} {growth.At} {growth.Length}")
            : $"case {target.Name} {input}";
        Console.WriteLine($"FOUND {finding.What}\n{file}\nrepeat: dotnet run -c Release --project {ProjectOf()} -- {command}");
        return Found;
    }

    private static string ProjectOf() => Assembly.GetEntryAssembly()!.GetName().Name is { } name && Directory.Exists(Path.Combine("fuzz", name))
        ? $"fuzz/{name}"
        : ".";

    /// <summary>FNV-1a: the same input has the same name.</summary>
    private static string Name(byte[] input)
        => input.Aggregate(14695981039346656037UL, (hash, b) => unchecked((hash ^ b) * 1099511628211UL))
            .ToString("x16", CultureInfo.InvariantCulture);

    private static void Record(string? file, FuzzTarget target, FuzzSearchOptions options, FuzzReport report)
    {
        if (file is not null)
        {
            File.AppendAllText(file, JsonSerializer.Serialize(new
            {
                target = target.Name,
                seed = options.Seed,
                seconds = Math.Round(report.Elapsed.TotalSeconds, 1),
                processor_seconds = Math.Round(Environment.CpuUsage.TotalTime.TotalSeconds, 1),
                executions = report.Executions,
                structured = report.Structured,
                edges = report.Edges,
                kept = report.Kept,
                last_new = report.LastNew,
                found = report.Finding is not null,
            }) + "\n");
        }
    }
}
