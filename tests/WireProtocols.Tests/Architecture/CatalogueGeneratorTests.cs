using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using WireProtocols.Generators;

namespace WireProtocols.Tests.Architecture;

/// <summary>A catalogue is written from documentation of the strict form, and a build with any other fails.</summary>
public class CatalogueGeneratorTests
{
    private const string Catalogue = """
        namespace WireProtocols
        {
            [System.AttributeUsage(System.AttributeTargets.Class)]
            internal sealed class ProtocolCatalogueAttribute : System.Attribute { public ProtocolCatalogueAttribute(System.Type names = null) { } }
            public readonly record struct ProtocolRule(string Text, string Section);
        }

        namespace Sample
        {
            [WireProtocols.ProtocolCatalogue]
            public static partial class Errors
            {
                public static partial WireProtocols.ProtocolRule GetRule(this Error error);
                public static partial Code GetCode(this Error error);
            }

            public enum Code { Bad = 7 }

        """;

    [Fact]
    public void Documentation_of_the_form_becomes_rule_and_code()
    {
        (string source, string[] errors) = Generate("<summary>A <c>1.5</c> is\n/// \"text\" (RFC 1 §2.3, draft-x-y §4; 7).</summary>");
        Assert.Empty(errors);
        Assert.Contains("""global::Sample.Error.Broken => new("A 1.5 is \"text\"", "RFC 1 §2.3, draft-x-y §4"),""", source, StringComparison.Ordinal);
        Assert.Contains("global::Sample.Error.Broken => global::Sample.Code.Bad,", source, StringComparison.Ordinal);
        Assert.DoesNotContain("Error.None", source, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "WIRE002")]
    [InlineData("<summary>A sentence without a section (7).</summary>", "WIRE002")]
    [InlineData("<summary>A section without its specification (§2; 7).</summary>", "WIRE002")]
    [InlineData("<summary>Without a full stop (RFC 1 §2; 7)</summary>", "WIRE002")]
    [InlineData("<summary>Two sentences. Here is the second (RFC 1 §2; 7).</summary>", "WIRE002")]
    [InlineData("<summary>A <see cref=\"Code\"/> in it (RFC 1 §2; 7).</summary>", "WIRE002")]
    [InlineData("<summary>No code (RFC 1 §2).</summary>", "WIRE003")]
    [InlineData("<summary>No such code (RFC 1 §2; 8).</summary>", "WIRE003")]
    [InlineData("<summary>One code too many (RFC 1 §2; 7; 7).</summary>", "WIRE003")]
    [InlineData("<summary>The same (RFC 1 §1; 7).</summary>", "WIRE004")]
    public void Documentation_of_another_form_fails_the_build(string documentation, string problem)
        => Assert.Contains(problem, Generate(documentation).Errors);

    private static (string Source, string[] Errors) Generate(string documentation)
    {
        string text = $"{Catalogue}\n/// <summary>Whatever.</summary>\npublic enum Error {{ None,\n"
            + $"/// <summary>The same (RFC 1 §1; 7).</summary>\nFirst,\n/// {documentation}\nBroken }} }}";
        CSharpParseOptions options = new(LanguageVersion.Latest, DocumentationMode.Parse);
        MetadataReference[] framework = [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)];
        CSharpCompilation compilation = CSharpCompilation.Create("Sample", [CSharpSyntaxTree.ParseText(text, options)], framework);
        GeneratorDriverRunResult result = CSharpGeneratorDriver.Create([new CatalogueGenerator().AsSourceGenerator()], parseOptions: options)
            .RunGenerators(compilation).GetRunResult();
        return (string.Concat(result.GeneratedTrees.Select(t => t.ToString())), [.. result.Diagnostics.Select(d => d.Id)]);
    }
}
