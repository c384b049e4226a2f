using System.Diagnostics;
using System.Globalization;

namespace WireProtocols.Testing;

/// <summary>Asks mutants in child processes, a new one where the last has died of its mutant or was spoilt by it.</summary>
internal sealed class MutantWorker(string folder, FuzzArguments arguments)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Asks one after the other.</summary>
    public IEnumerable<MutantVerdict> Ask(IReadOnlyList<Mutant> mutants)
    {
        Dictionary<int, Mutant> open = mutants.ToDictionary(m => m.Id);
        HashSet<int> tainted = [];
        while (open.Count > 0)
        {
            foreach (MutantVerdict verdict in AskOneChild([.. open.Values], tainted))
            {
                open.Remove(verdict.Mutant.Id);
                yield return verdict;
            }
        }
    }

    private IEnumerable<MutantVerdict> AskOneChild(Mutant[] mutants, HashSet<int> tainted)
    {
        using Process child = FuzzChildren.StartPiped(folder, ["mutate", .. FuzzArguments.Spread(arguments, "--corpus", "--mutations")]);
        Dictionary<int, Mutant> byId = mutants.ToDictionary(m => m.Id);
        _ = FeedAsync(child, mutants);
        int? begun = null;
        bool hasAnswered = false;

        // How long the inputs take without a mutant says nothing of any.
        child.StandardOutput.ReadLine();
        while (NextLine(child) is [string verdict, string number, .. string[] by])
        {
            int id = int.Parse(number, CultureInfo.InvariantCulture);
            begun = id;
            if (verdict is "begin")
            {
                continue;
            }

            begun = null;
            hasAnswered = true;

            // What fails again in a fresh process is the mutant's doing.
            if (verdict is not "tainted")
            {
                yield return new MutantVerdict(byId[id], verdict, by is [string what] ? what : null);
            }
            else if (!tainted.Add(id))
            {
                yield return new MutantVerdict(byId[id], "killed", "it leaves something behind that fails without it");
            }
        }

        if (!child.HasExited)
        {
            child.Kill();
        }

        child.WaitForExit();
        if (begun is { } last)
        {
            yield return new MutantVerdict(byId[last], "killed", "the process did not survive it, or hung");
        }
        else if (!hasAnswered)
        {
            throw new InvalidOperationException($"A process for mutants ended with {child.ExitCode} before it answered.");
        }
    }

    private static async Task FeedAsync(Process child, Mutant[] mutants)
    {
        try
        {
            foreach (Mutant mutant in mutants)
            {
                await child.StandardInput.WriteLineAsync(mutant.Id.ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
            }

            child.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended before it read them all; what is open is asked of the next one.
        }
    }

    /// <summary>The words of the next line, the rest of it as the third; null where there is none, or none in time.</summary>
    private static string[]? NextLine(Process child)
    {
        Task<string?> line = child.StandardOutput.ReadLineAsync();
        return line.Wait(Patience) ? line.Result?.Split(' ', 3) : null;
    }
}
