using WireProtocols.Fuzz;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Fuzzing;

public class FuzzTargetTests
{
    private const int SmokeInputs = 2_000;

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(t => t.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_seed_of_the_committed_corpus_passes(string target)
    {
        foreach (string file in Seeds(target))
        {
            Run(target, File.ReadAllBytes(file), Path.GetFileName(file));
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Mutated_seeds_pass(string target)
    {
        byte[][] seeds = [.. Seeds(target).Select(File.ReadAllBytes)];
        Random dice = new(1);
        FuzzMutator mutator = new(dice, FuzzTargets.Get(target).Format);
        for (int round = 0; round < SmokeInputs; round++)
        {
            Run(target, mutator.Next(seeds, seeds[dice.Next(seeds.Length)]), $"mutation {round}");
        }
    }

    [Fact]
    public void Target_names_are_unique_and_every_corpus_folder_has_its_target()
    {
        string[] names = [.. FuzzTargets.All.Select(t => t.Name).Order(StringComparer.Ordinal)];
        string[] folders
            = [.. Directory.EnumerateDirectories(Repository.PathOf("fuzz", "corpus")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
        Assert.Equal(folders, names);
    }

    [Fact]
    public void Replay_fails_and_says_which_file_it_was()
    {
        string good = Seeds("varint")[0];
        string bad = Seeds("varint")[1];
        StringWriter output = new();
        Assert.Equal(1, FuzzReplay.Run(new FailsOn(File.ReadAllBytes(bad)), [good, bad], output));
        Assert.Contains($"FAIL {bad}: ", output.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("fails-on: 1 passed, 1 failed" + Environment.NewLine, output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Replay_of_what_is_not_there_is_an_error()
    {
        Assert.Throws<ArgumentException>(() => FuzzTargets.Get("no-such-target"));
        Assert.Throws<FileNotFoundException>(() => FuzzReplay.Run(FuzzTargets.Get("varint"), ["no-such-file"], TextWriter.Null));
    }

    private sealed class FailsOn(byte[] bad) : FuzzTarget
    {
        public override string Name => "fails-on";

        public override void Run(ReadOnlySpan<byte> input) => Require(!input.SequenceEqual(bad));
    }

    private static string[] Seeds(string target)
    {
        string folder = Repository.PathOf("fuzz", "corpus", target);
        Assert.True(Directory.Exists(folder), $"The target '{target}' has no seeds: there is no fuzz/corpus/{target}.");
        string[] files = [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
        Assert.NotEmpty(files);
        return files;
    }

    private static void Run(string target, byte[] input, string what)
    {
        Exception? failure = Record.Exception(() => FuzzTargets.Get(target).Run(input));
        Assert.True(failure is null, $"{target}, {what}, {Convert.ToHexStringLower(input)}: {failure}");
    }
}
