using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace WireProtocols.Tests.Harness;

/// <summary>A program of the documentation, as somebody pastes it into a new project.</summary>
public static class CompiledProgram
{
    /// <summary>Compiles it without a warning.</summary>
    /// <returns>Its entry point.</returns>
    public static MethodInfo Of(string program)
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
}
