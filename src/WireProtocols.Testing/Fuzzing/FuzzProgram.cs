using System.Globalization;
using System.Reflection;

namespace WireProtocols.Testing;

/// <summary>
/// The program of a fuzzing project: <c>return FuzzProgram.Run(args, [new MyTarget()], typeof(MyParser).Assembly);</c> is all of its code.
/// It lists and replays, searches guided by coverage, and answers AFL.
/// </summary>
public static class FuzzProgram
{
    private const int Found = 1;
    private const int Wrong = 2;

    /// <summary>Does what the arguments say; without any it says what they may be.</summary>
    /// <param name="args">The command line.</param>
    /// <param name="targets">The targets.</param>
    /// <param name="libraries">What they test: woven for a search.</param>
    /// <returns>The exit status: 0 when nothing failed, 1 when something did, 2 when the command line is wrong.</returns>
    public static int Run(string[] args, IReadOnlyList<FuzzTarget> targets, params Assembly[] libraries)
    {
        ArgumentNullException.ThrowIfNull(args);
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(libraries);
        string[] files = [.. libraries.Select(l => Path.GetFileName(l.Location))];
        try
        {
            return args switch
            {
                ["list"] => List(targets),
                ["replay", string target, _, ..] => FuzzReplay.Run(Get(targets, target), args[2..], Console.Out),
                ["case", string target, string input] => Case(Get(targets, target), ReadInput(input)),
                ["growth", string target, string input, string at, string length]
                    => FuzzChildren.IsWoven ? Growth(Get(targets, target), ReadInput(input), at, length) : FuzzChildren.Repeat(args, files),
                ["run", string target, ..] => FuzzChildren.Run(Get(targets, target), new FuzzArguments(args[2..], FuzzChildren.Options), files),
                ["search", string target, ..] => FuzzChildren.Search(Get(targets, target), args[2..], files),
                ["mutants", ..] => MutantCampaign.Run(new FuzzArguments(args[1..], MutantCampaign.Options), files),
                ["mutate", ..] => MutantChild.Run(targets, new FuzzArguments(args[1..], MutantCampaign.Options)),
                ["weave", string assembly] => Weave(assembly),
                ["serve", string target] => ForkServer.Run(Get(targets, target)),
                _ => Usage(),
            };
        }
        catch (Exception exception) when (exception is ArgumentException or IOException or FormatException)
        {
            Console.Error.WriteLine(exception.Message);
            return Wrong;
        }
    }

    private static FuzzTarget Get(IReadOnlyList<FuzzTarget> targets, string name)
        => targets.FirstOrDefault(t => t.Name == name)
            ?? throw new ArgumentException($"There is no target '{name}', only: {string.Join(", ", targets.Select(t => t.Name))}.", nameof(name));

    private static byte[] ReadInput(string input) => File.Exists(input) ? File.ReadAllBytes(input) : Convert.FromHexString(input);

    private static int List(IReadOnlyList<FuzzTarget> targets)
    {
        foreach (FuzzTarget target in targets)
        {
            Console.WriteLine(target.Name);
        }

        return 0;
    }

    private static int Case(FuzzTarget target, byte[] input)
    {
        Exception? failure = new FuzzRun(target, long.MaxValue).Try(input);
        Console.WriteLine(failure is null ? $"{target.Name}: passed" : $"{target.Name}: {failure}");
        return failure is null ? 0 : Found;
    }

    private static int Growth(FuzzTarget target, byte[] input, string at, string length)
    {
        FuzzGrowth growth = new(int.Parse(at, CultureInfo.InvariantCulture), int.Parse(length, CultureInfo.InvariantCulture));
        string? what = new GrowthCheck(new FuzzRun(target, long.MaxValue)).Find(input, growth);
        Console.WriteLine($"{target.Name}: {what ?? "passed"}");
        return what is null ? 0 : Found;
    }

    private static int Weave(string assembly)
    {
        Console.WriteLine($"{Weaver.Weave(assembly)} basic blocks");
        return 0;
    }

    private static int Usage()
    {
        Console.Error.WriteLine("""
            list                             the names of the targets
            run TARGET                       searches, guided by coverage; exit 1 when something fails
                [--seconds N] [--executions N] [--seed S] [--jobs N] [--corpus FOLDER] [--keep FOLDER] [--json FILE]
            case TARGET HEX|FILE             runs the target on one input; exit 1 when it fails
            growth TARGET HEX|FILE AT LENGTH whether the work grows faster than the input when this piece of it is repeated
            replay TARGET FOLDER|FILE…       runs the target on every file; exit 1 when one fails
            mutants                          puts small mistakes into the library, and says which of them no input of the corpora notices
                [--source PART,…] [--sample N] [--seed S] [--jobs N] [--corpus FOLDER] [--mutations N] [--json FILE]
            weave ASSEMBLY                   counts its basic blocks for AFL
            serve TARGET                     the other end of afl-fuzz
            """);
        return Wrong;
    }
}
