using System.Globalization;
using System.Text.Json;

namespace WireProtocols.Testing;

/// <summary>
/// Mutation testing: how many small mistakes in the code under test do the corpora notice? A mutant that they do not notice is either no mistake at
/// all, or something that a test is missing for.
/// </summary>
internal static class MutantCampaign
{
    /// <summary>Where the corpora lie unless it is said.</summary>
    public static readonly string DefaultCorpus = Path.Combine("fuzz", "corpus");

    /// <summary>How many mutations of its seeds each target gets unless it is said.</summary>
    public const int DefaultMutations = 300;

    /// <summary>The options.</summary>
    public static readonly string[] Options = ["--source", "--sample", "--seed", "--jobs", "--corpus", "--mutations", "--json"];

    private static readonly JsonSerializerOptions Rows = new(JsonSerializerDefaults.Web);

    /// <summary>Weaves, asks, and prints what was not noticed.</summary>
    /// <returns>0; survivors are something to read, no failure.</returns>
    public static int Run(FuzzArguments arguments, IReadOnlyList<string> libraries)
    {
        string folder = WovenCopy.PrepareMutants(libraries, arguments["--source"]?.Split(',') ?? [], out IReadOnlyList<Mutant> mutants);
        Mutant[] asked = Sample(mutants, arguments.Number("--sample"), (int)(arguments.Number("--seed") ?? 1));
        Console.WriteLine($"{mutants.Count} mutants, {asked.Length} of them asked");
        int jobs = (int)Math.Max(1, arguments.Number("--jobs") ?? 1);
        List<MutantVerdict> verdicts = [];
        Parallel.For(0, jobs, new ParallelOptions { MaxDegreeOfParallelism = jobs }, job =>
        {
            MutantWorker worker = new(folder, arguments);
            foreach (MutantVerdict verdict in worker.Ask([.. asked.Where((_, index) => index % jobs == job)]))
            {
                lock (verdicts)
                {
                    verdicts.Add(verdict);
                    Record(arguments["--json"], verdict);
                    Progress(verdicts.Count, asked.Length);
                }
            }
        });
        Summarize(verdicts);
        return 0;
    }

    private static Mutant[] Sample(IReadOnlyList<Mutant> mutants, long? count, int seed)
    {
        Mutant[] all = [.. mutants];
        if (count is null || count >= all.Length)
        {
            return all;
        }

        new Random(seed).Shuffle(all);
        return [.. all[..(int)count].OrderBy(m => m.Id)];
    }

    private static void Record(string? file, MutantVerdict verdict)
    {
        if (file is not null)
        {
            File.AppendAllText(file, JsonSerializer.Serialize(verdict, Rows) + "\n");
        }
    }

    private static void Progress(int done, int all)
    {
        if (done % 100 == 0)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{done} of {all}"));
        }
    }

    private static void Summarize(List<MutantVerdict> verdicts)
    {
        foreach (MutantVerdict verdict in verdicts.Where(v => !v.IsKilled).OrderBy(v => v.Mutant.Id))
        {
            Mutant mutant = verdict.Mutant;
            Console.WriteLine($"{verdict.Verdict,-8} {mutant.File}:{mutant.Line}:{mutant.Column} {mutant.Method}: {mutant.Change} ({mutant.Id})");
        }

        int killed = verdicts.Count(v => v.IsKilled);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{killed} of {verdicts.Count} killed ({(double)killed / Math.Max(1, verdicts.Count):P1}), "
                + $"{verdicts.Count(v => v.Verdict == "survived")} survived, {verdicts.Count(v => v.Verdict == "missed")} not reached by any input"));
    }
}

/// <summary>What became of a mutant.</summary>
/// <param name="Mutant">The mutant.</param>
/// <param name="Verdict"><c>killed</c>, <c>survived</c> or <c>missed</c>.</param>
/// <param name="By">What killed it.</param>
internal sealed record MutantVerdict(Mutant Mutant, string Verdict, string? By)
{
    /// <summary>Whether something noticed it.</summary>
    public bool IsKilled => Verdict == "killed";
}
