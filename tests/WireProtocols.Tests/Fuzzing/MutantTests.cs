using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Fuzzing;

[Collection(Alone.Name)]
public sealed class MutantTests : IDisposable
{
    private const string Source = """
        namespace Subject;

        public class Counter
        {
            private int _count;

            public static bool IsSmall(int value) => value < 10;

            public static int Next(int value) => value + 1;

            public static int Sum(int[] values)
            {
                int sum = 0;
                foreach (int value in values)
                {
                    sum += value;
                }

                return sum;
            }

            public static string Guarded(string text)
            {
                try
                {
                    return text == null ? "none" : text.Substring(1);
                }
                catch (System.ArgumentOutOfRangeException)
                {
                    return "empty";
                }
            }

            public int Add()
            {
                _count = _count + 1;
                Touch();
                return _count;
            }

            private void Touch() => _count *= 2;
        }
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("wireprotocols-mutants").FullName;

    [Fact]
    public void Nothing_changes_until_a_mutant_is_switched_on_and_each_one_changes_one_thing()
    {
        (Type counter, IReadOnlyList<Mutant> mutants) = Weave();
        Assert.Equal([true, false, 8, 6, "none", "empty", "b", 2], Answers(counter));
        Assert.Equal(mutants.Count, mutants.Select(m => m.Id).Distinct().Count());

        int unnoticed = 0;
        foreach (Mutant mutant in mutants)
        {
            unnoticed += AnswersWith(mutant, counter) is { } answers && answers.SequenceEqual(Answers(counter)) ? 1 : 0;
        }

        Assert.InRange(mutants.Count, 15, 60);
        Assert.InRange(unnoticed, 0, 4);
    }

    [Fact]
    public void A_mutant_says_where_it_is_and_what_it_does()
    {
        (Type counter, IReadOnlyList<Mutant> mutants) = Weave();
        Mutant mutant = Assert.Single(mutants, m => m.Method == "Counter.IsSmall" && m.Change == "< as <=");
        Assert.Equal("Counter.cs", Path.GetFileName(mutant.File));
        Assert.Equal(7, mutant.Line);
        Assert.Equal([true, true, 8, 6, "none", "empty", "b", 2], AnswersWith(mutant, counter));

        Mutant call = Assert.Single(mutants, m => m.Method == "Counter.Add" && m.Change == "no call of Touch");
        Assert.Equal(1, AnswersWith(call, counter)![^1]);
        Assert.Contains(mutants, m => m.Method == "Counter.Add" && m.Change == "nothing is stored");
    }

    [Fact]
    public void Only_the_files_that_are_wanted_get_mutants() => Assert.Empty(Weave(_ => false).Mutants);

    [Fact]
    public void What_was_run_is_recorded()
    {
        (Type counter, IReadOnlyList<Mutant> mutants) = Weave();
        byte[] reached = Mutants.Record();
        counter.GetMethod("IsSmall")!.Invoke(null, [3]);
        Mutants.StopRecording();
        Assert.All(mutants, m => Assert.Equal(m.Method == "Counter.IsSmall", reached[m.Id] == 1));
    }

    public void Dispose()
    {
        Mutants.Activate(Mutants.None);
        Directory.Delete(_folder, recursive: true);
    }

    private static object[]? AnswersWith(Mutant mutant, Type counter)
    {
        Mutants.Activate(mutant.Id);
        Coverage.Restart(maxSteps: 10_000);
        try
        {
            return Answers(counter);
        }
        catch (TargetInvocationException)
        {
            return null;
        }
        finally
        {
            Mutants.Activate(Mutants.None);
            Coverage.Restart();
        }
    }

    private static object[] Answers(Type counter)
    {
        object instance = Activator.CreateInstance(counter)!;
        return
        [
            Call("IsSmall", 9), Call("IsSmall", 10), Call("Next", 7), Call("Sum", new[] { 1, 2, 3 }), Call("Guarded", null), Call("Guarded", ""),
            Call("Guarded", "ab"), counter.GetMethod("Add")!.Invoke(instance, [])!,
        ];

        object Call(string method, object? argument) => counter.GetMethod(method)!.Invoke(null, [argument])!;
    }

    private (Type Counter, IReadOnlyList<Mutant> Mutants) Weave(Func<string, bool>? isIncluded = null)
    {
        string path = Path.Combine(_folder, "Subject.dll");
        SourceText text = SourceText.From(Source, System.Text.Encoding.UTF8);
        CSharpCompilation compilation = CSharpCompilation.Create(
            "Subject",
            [CSharpSyntaxTree.ParseText(text, path: Path.Combine(_folder, "Counter.cs"), cancellationToken: TestContext.Current.CancellationToken)],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release));
        EmitResult emitted;
        using (FileStream image = File.Create(path))
        using (FileStream symbols = File.Create(Path.ChangeExtension(path, ".pdb")))
        {
            EmitOptions portable = new(debugInformationFormat: DebugInformationFormat.PortablePdb);
            emitted = compilation.Emit(image, symbols, options: portable, cancellationToken: TestContext.Current.CancellationToken);
        }

        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        IReadOnlyList<Mutant> mutants = MutantWeaver.Weave(path, isIncluded);
        AssemblyLoadContext context = new("mutants", isCollectible: true);
        return (context.LoadFromAssemblyPath(path).GetType("Subject.Counter", throwOnError: true)!, mutants);
    }
}
