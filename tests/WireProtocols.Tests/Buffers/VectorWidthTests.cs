using System.Diagnostics;
using System.Text.RegularExpressions;

namespace WireProtocols.Tests.Buffers;

/// <summary>
/// The vector code of this processor is not that of every other one: what the runtime takes to be there is made less, and the tests of everything
/// that has vectors run again, in a process of their own.
/// </summary>
public partial class VectorWidthTests
{
    private static readonly string[] Classes
        = ["LineBlockTests", "LineEndWalkTests", "Utf8BlocksTests", "Utf8ValidatorTests", "WebSocketMaskTests", "WebSocketFrameVectorTests",
            "Http1BlockTests", "Http1WholeLinesTests", "EventStreamVectorTests", "JsonGlanceTests", "NdjsonVectorTests"];

    [Theory]
    [InlineData("DOTNET_EnableAVX512")]
    [InlineData("DOTNET_EnableAVX2")]
    [InlineData("DOTNET_EnableHWIntrinsic")]
    public async Task Everything_holds_without(string what)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!) { RedirectStandardOutput = true };
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(typeof(VectorWidthTests).Assembly.Location);
        }

        foreach (string argument in Classes.SelectMany(c => new[] { "-class", $"*.{c}" }).Append("-noColor"))
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[what] = "0";
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        Assert.InRange(int.Parse(Total().Match(output).Groups[1].ValueSpan), 400, int.MaxValue);
    }

    [GeneratedRegex(@"Total: (\d+),")]
    private static partial Regex Total();
}
