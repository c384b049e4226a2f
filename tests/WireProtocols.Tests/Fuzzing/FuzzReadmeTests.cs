using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Fuzzing;

/// <summary>The programs of fuzz/README.md compile as they stand there, and run.</summary>
public partial class FuzzReadmeTests
{
    [Fact]
    public void The_programs_compile_and_run()
    {
        string[] programs = [.. CodeBlock().Matches(File.ReadAllText(Repository.PathOf("fuzz", "README.md"))).Select(m => m.Groups["code"].Value)];
        Assert.Equal(3, programs.Length);
        MethodInfo fuzz = Compile(programs[0]);
        Assert.Equal(0, fuzz.Invoke(null, [new[] { "case", "pairs", Convert.ToHexString("a=b;c;=d"u8) }]));
        Assert.Equal(2, fuzz.Invoke(null, [Array.Empty<string>()]));
        Compile(programs[1]).Invoke(null, [Array.Empty<string>()]);
        Compile(programs[2]).Invoke(null, [Array.Empty<string>()]);
    }

    private static MethodInfo Compile(string program)
    {
        string[] spaces = ["System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Threading.Tasks"];
        string usings = string.Concat(spaces.Select(s => $"global using {s};"));
        CSharpParseOptions language = new(LanguageVersion.Preview);
        IEnumerable<MetadataReference> references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Append(typeof(FuzzTarget).Assembly.Location)
            .Distinct()
            .Select(path => MetadataReference.CreateFromFile(path));
        CSharpCompilation compilation = CSharpCompilation.Create(
            $"Readme{program.Length}",
            [CSharpSyntaxTree.ParseText(usings, language), CSharpSyntaxTree.ParseText(program, language)],
            references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using MemoryStream image = new();
        Assert.Empty(compilation.Emit(image, cancellationToken: TestContext.Current.CancellationToken).Diagnostics
            .Where(d => d.Severity >= DiagnosticSeverity.Warning));
        return Assembly.Load(image.ToArray()).EntryPoint!;
    }

    [GeneratedRegex(@"```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
