using System.Text;
using WireProtocols.Cli;
using WireProtocols.Cli.Decode;
using WireProtocols.Cli.Encode;
using WireProtocols.Cli.IO;

namespace WireProtocols.Tests.Cli;

/// <summary>What every verb promises: statuses, streams, plain text in pipes, live printing, quiet ends.</summary>
public class MannersTests
{
    private const int BrokenPipe = 32;
    private const int DiskFull = 28;

    [Theory]
    [InlineData]
    [InlineData("decode")]
    [InlineData("decode", "no-such-format")]
    [InlineData("decode", "varint", "--read-size", "0")]
    [InlineData("decode", "varint", "--read-size", "many")]
    [InlineData("decode", "varint", "--max-payload", "-1")]
    [InlineData("decode", "varint", "--no-such-option")]
    [InlineData("decode", "varint", "one", "two")]
    [InlineData("encode")]
    [InlineData("encode", "no-such-format")]
    [InlineData("no-such-verb")]
    public async Task A_wrong_command_line_ends_with_status_2_and_says_where_help_is(params string[] args)
    {
        WireResult result = await Wire.RunAsync("", args);
        Assert.Equal(ExitStatus.Usage, result.Status);
        Assert.Empty(result.Output);
        Assert.StartsWith("wire: ", result.Error, StringComparison.Ordinal);
        Assert.Contains("--help'", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_missing_ends_with_status_3_and_its_name()
    {
        WireResult result = await Wire.RunAsync("", "decode", "varint", "/no/such/file");
        Assert.Equal(ExitStatus.InputOutput, result.Status);
        Assert.Contains("/no/such/file", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_no_file()
        => Assert.Equal(ExitStatus.InputOutput, (await Wire.RunAsync("", "decode", "varint", Path.GetTempPath())).Status);

    [Fact]
    public async Task Help_lists_each_format_on_a_line_of_its_section()
    {
        foreach ((string verb, IEnumerable<string> names) in ((string, IEnumerable<string>)[])
            [("decode", DecodeFormats.All.Select(f => f.Name)), ("encode", EncodeFormats.All.Select(f => f.Name))])
        {
            WireResult result = await Wire.RunAsync("", verb, "--help");
            Assert.Equal(ExitStatus.Ok, result.Status);
            string section = result.Text[result.Text.IndexOf("Formats:\n", StringComparison.Ordinal)..];
            string[] listed = [.. section.Split('\n').Skip(1).TakeWhile(l => l.Length > 0).Select(l => l.Trim().Split(' ', ',')[0])];
            Assert.Equal(names, listed);
        }
    }

    [Fact]
    public async Task Options_may_stand_before_the_format()
    {
        WireResult before = await Wire.RunAsync("25", "decode", "--json", "--hex", "varint", "-");
        WireResult after = await Wire.RunAsync("25", "decode", "varint", "-", "--json", "--hex");
        Assert.NotEmpty(before.Output);
        Assert.Equal(before.Text, after.Text);
    }

    [Fact]
    public async Task A_file_is_read_like_stdin()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, [0x25, 0x40, 0x25]);
            WireResult named = await Wire.RunAsync("", "decode", "varint", "--json", file);
            Assert.Equal((await Wire.RunAsync([0x25, 0x40, 0x25], "decode", "varint", "--json")).Text, named.Text);
            Assert.Equal(2, named.Lines.Length);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("2 5\r\n\t4025")]
    [InlineData("254025")]
    [InlineData(" 25 40 25 \n")]
    public async Task Hex_text_may_be_spaced_at_will(string text)
        => Assert.Equal(
            (await Wire.RunAsync([0x25, 0x40, 0x25], "decode", "varint")).Text,
            (await Wire.RunAsync(text, "decode", "varint", "--hex")).Text);

    [Theory]
    [InlineData("25 4", "odd number")]
    [InlineData("25 4g", "character 5")]
    public async Task Text_that_is_not_hex_ends_with_status_2(string text, string says)
    {
        WireResult result = await Wire.RunAsync(text, "decode", "varint", "--hex");
        Assert.Equal(ExitStatus.Usage, result.Status);
        Assert.Contains(says, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    [InlineData(true, false, true)]
    public async Task Colour_is_for_terminals_that_want_it(bool terminal, bool noColour, bool coloured)
    {
        MemoryStream output = new();
        ToolIO io = new()
        {
            Input = new MemoryStream([0x25, 0x40]),
            Output = output,
            Error = new StringWriter(),
            OutputIsTerminal = terminal,
            NoColour = noColour,
        };
        Assert.Equal(ExitStatus.Violation, await WireTool.RunAsync(["decode", "varint"], io));
        Assert.Equal(coloured, Encoding.UTF8.GetString(output.ToArray()).Contains('\e', StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_element_is_printed_before_anybody_waits_for_more()
    {
        MemoryStream output = new();
        List<int> linesBeforeRead = [];
        using TricklingInput input = new(
            [[0x25], [0x40], [0x25, 0x26]],
            _ => linesBeforeRead.Add(Encoding.UTF8.GetString(output.ToArray()).Count(c => c == '\n')));
        await WireTool.RunAsync(["decode", "varint", "--json"], new ToolIO { Input = input, Output = output, Error = new StringWriter() });
        Assert.Equal([0, 1, 1, 3], linesBeforeRead);
    }

    [Theory]
    [InlineData("decode", "varint")]
    [InlineData("decode", "varint", "--json")]
    public async Task A_closed_pipe_ends_an_endless_run_quietly(params string[] args)
    {
        using EndlessInput input = new(0x25);
        StringWriter error = new();
        ToolIO io = new() { Input = input, Output = new FailingOutput(BrokenPipe), Error = error };
        Assert.Equal(ExitStatus.Ok, await WireTool.RunAsync(args, io));
        Assert.Equal("", error.ToString());
        Assert.Equal(1, input.Reads);
    }

    [Fact]
    public async Task A_full_disk_ends_with_status_3()
    {
        StringWriter error = new();
        ToolIO io = new() { Input = new MemoryStream([0x25]), Output = new FailingOutput(DiskFull), Error = error };
        Assert.Equal(ExitStatus.InputOutput, await WireTool.RunAsync(["decode", "varint"], io));
        Assert.Contains("The write failed.", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_interrupt_ends_a_wait_for_input_quietly()
    {
        using CancellationTokenSource stop = new();
        StringWriter error = new();
        Task<int> run = WireTool.RunAsync(
            ["decode", "varint"],
            new ToolIO { Input = new SilentInput(), Output = new MemoryStream(), Error = error },
            stop.Token);
        await stop.CancelAsync();
        Assert.Equal(ExitStatus.Ok, await run);
        Assert.Equal("", error.ToString());
    }

    [Fact]
    public async Task Progress_shows_bytes_rate_and_time_to_go_on_a_terminal()
    {
        StringWriter error = new();
        ToolIO io = new()
        {
            Input = new MemoryStream(new byte[200 * 1024]),
            Output = new MemoryStream(),
            Error = error,
            ErrorIsTerminal = true,
            Time = new SecondByLook(),
        };
        Assert.Equal(ExitStatus.Ok, await WireTool.RunAsync(["decode", "varint", "--json"], io));
        Assert.Contains("64.0 KiB of 200.0 KiB (32 %), 64.0 KiB/s, ETA 0:00:02", error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("\r\e[2K", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_no_progress_in_a_pipe()
        => Assert.Equal("", (await Wire.RunAsync(new byte[200 * 1024], "decode", "varint", "--json")).Error);

    /// <summary>A clock on which a second passes at each look.</summary>
    private sealed class SecondByLook : TimeProvider
    {
        private long _seconds;

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => _seconds++;
    }
}
