using System.Text;
using WireProtocols.Cli;
using WireProtocols.Cli.IO;

namespace WireProtocols.Tests.Cli;

/// <summary>What a run of the tool left behind.</summary>
public sealed record WireResult(int Status, byte[] Output, string Error)
{
    public string Text => Encoding.UTF8.GetString(Output);

    public string[] Lines => Text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Runs `wire` in this process.</summary>
public static class Wire
{
    public static Task<WireResult> RunAsync(byte[] input, params string[] args) => RunAsync(new MemoryStream(input), args);

    public static Task<WireResult> RunAsync(string input, params string[] args) => RunAsync(Encoding.UTF8.GetBytes(input), args);

    public static async Task<WireResult> RunAsync(Stream input, params string[] args)
    {
        MemoryStream output = new();
        StringWriter error = new();
        int status = await WireTool.RunAsync(args, new ToolIO { Input = input, Output = output, Error = error });
        return new WireResult(status, output.ToArray(), error.ToString());
    }

    /// <summary>Decodes with every read size that could matter and demands the same output from all.</summary>
    public static async Task<WireResult> DecodeAtEveryReadSizeAsync(byte[] input, params string[] args)
    {
        WireResult whole = await RunAsync(input, ["decode", .. args]);
        foreach (int size in (int[])[1, 2, 3, 7, 16, 1000])
        {
            WireResult cut = await RunAsync(input, ["decode", .. args, "--read-size", $"{size}"]);
            Assert.Equal(whole.Text, cut.Text);
            Assert.Equal(whole.Status, cut.Status);
        }

        return whole;
    }
}
