using System.Globalization;

namespace WireProtocols.Testing;

/// <summary>
/// The process in which mutants are switched on, one after the other. It says <c>ready</c> when it has run every input without a mutant. Then it
/// reads the numbers of mutants, one a line, and answers <c>begin N</c> and then <c>killed N BY</c>, <c>survived N</c>, <c>missed N</c> (no input
/// runs its place) or <c>tainted N</c>: a mutant has left something behind that fails without one, and the process ends.
/// </summary>
internal static class MutantChild
{
    /// <summary>The exit status of a process that a mutant has spoilt.</summary>
    public const int Tainted = 3;

    /// <summary>Asks until the input ends.</summary>
    /// <returns>The exit status.</returns>
    public static int Run(IReadOnlyList<FuzzTarget> targets, FuzzArguments arguments)
    {
        string corpus = arguments["--corpus"] ?? MutantCampaign.DefaultCorpus;
        MutantInputs inputs = new(targets, corpus, (int)(arguments.Number("--mutations") ?? MutantCampaign.DefaultMutations));
        inputs.Record();
        Say("ready");
        while (Console.In.ReadLine() is { } line)
        {
            int mutant = int.Parse(line, CultureInfo.InvariantCulture);
            Say($"begin {mutant}");
            string answer = Ask(inputs, mutant);
            Say(answer);
            if (answer.StartsWith("tainted", StringComparison.Ordinal))
            {
                return Tainted;
            }
        }

        return 0;
    }

    private static string Ask(MutantInputs inputs, int mutant)
    {
        bool isReached = false;
        foreach (MutantInput input in inputs.Reaching(mutant))
        {
            isReached = true;
            FuzzRun run = new(input.Target, input.MaxSteps);
            Mutants.Activate(mutant);
            Exception? failure = run.Try(input.Bytes);
            Mutants.Activate(Mutants.None);
            if (failure is not null)
            {
                return run.Try(input.Bytes) is null ? $"killed {mutant} {input}: {FuzzRun.KindOf(failure)}" : $"tainted {mutant}";
            }
        }

        return isReached ? $"survived {mutant}" : $"missed {mutant}";
    }

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
