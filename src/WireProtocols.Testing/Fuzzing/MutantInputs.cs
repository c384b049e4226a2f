namespace WireProtocols.Testing;

/// <summary>All inputs that mutants are asked with: every target's seeds, and mutations of them with a fixed seed, as the tests run them.</summary>
internal sealed class MutantInputs
{
    private const int MostPerMutant = 2_000;
    private const long SpareSteps = 1_000_000;
    private const int SlowerBy = 20;

    private readonly List<MutantInput> _inputs = [];
    private readonly Dictionary<int, List<int>> _reaching = [];

    /// <param name="targets">The targets.</param>
    /// <param name="corpus">The folder with a folder of seeds for each.</param>
    /// <param name="mutations">How many mutations each target gets.</param>
    public MutantInputs(IEnumerable<FuzzTarget> targets, string corpus, int mutations)
    {
        foreach (FuzzTarget target in targets)
        {
            string folder = Path.Combine(corpus, target.Name);
            string[] files = Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)] : [];
            byte[][] seeds = [.. files.Select(File.ReadAllBytes)];
            _inputs.AddRange(seeds.Zip(files, (seed, file) => new MutantInput(target, seed, Path.GetFileName(file))));
            Random dice = new(1);
            FuzzMutator mutator = new(dice, target.Format);
            for (int round = 0; round < mutations && seeds.Length > 0; round++)
            {
                _inputs.Add(new MutantInput(target, mutator.Next(seeds, seeds[dice.Next(seeds.Length)]), $"mutation {round}"));
            }
        }
    }

    /// <summary>Runs every input without a mutant, and notes which places it runs and how long it takes.</summary>
    /// <exception cref="InvalidOperationException">An input fails as it is: nothing could be said of mutants.</exception>
    public void Record()
    {
        byte[] reached = Mutants.Record();
        for (int index = 0; index < _inputs.Count; index++)
        {
            MutantInput input = _inputs[index];
            Array.Clear(reached);
            FuzzRun run = new(input.Target, long.MaxValue);
            if (run.Try(input.Bytes) is { } failure)
            {
                throw new InvalidOperationException($"{input} fails without a mutant: {failure.Message}", failure);
            }

            input.MaxSteps = (run.Steps * SlowerBy) + SpareSteps;
            Note(reached, index);
        }

        Mutants.StopRecording();
    }

    /// <summary>The inputs that run the place of a mutant, the shortest run first.</summary>
    public IEnumerable<MutantInput> Reaching(int mutant)
        => _reaching.TryGetValue(mutant, out List<int>? indexes) ? indexes.Select(i => _inputs[i]).OrderBy(i => i.MaxSteps) : [];

    private void Note(ReadOnlySpan<byte> reached, int index)
    {
        int mutant = 0;
        for (int next; (next = reached[mutant..].IndexOf((byte)1)) >= 0; mutant++)
        {
            mutant += next;
            if (!_reaching.TryGetValue(mutant, out List<int>? indexes))
            {
                _reaching.Add(mutant, indexes = []);
            }

            if (indexes.Count < MostPerMutant)
            {
                indexes.Add(index);
            }
        }
    }
}

/// <summary>An input of a target.</summary>
internal sealed record MutantInput(FuzzTarget Target, byte[] Bytes, string Name)
{
    /// <summary>How many basic blocks it may take before it counts as one that never ends.</summary>
    public long MaxSteps { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"{Target.Name}, {Name}";
}
