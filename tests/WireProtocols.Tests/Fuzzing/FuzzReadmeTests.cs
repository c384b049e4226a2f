using System.Reflection;
using System.Text.RegularExpressions;
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
        MethodInfo fuzz = CompiledProgram.Of(programs[0]);
        Assert.Equal(0, fuzz.Invoke(null, [new[] { "case", "pairs", Convert.ToHexString("a=b;c;=d"u8) }]));
        Assert.Equal(2, fuzz.Invoke(null, [Array.Empty<string>()]));
        CompiledProgram.Of(programs[1]).Invoke(null, [Array.Empty<string>()]);
        CompiledProgram.Of(programs[2]).Invoke(null, [Array.Empty<string>()]);
    }

    [GeneratedRegex(@"```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
