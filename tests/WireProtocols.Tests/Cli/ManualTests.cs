using WireProtocols.Cli.Decode;

namespace WireProtocols.Tests.Cli;

/// <summary>Help, manual and completion are made of the commands that there are; slips of the pen in rows are errors.</summary>
public sealed class ManualTests
{
    [Theory]
    [InlineData]
    [InlineData("decode")]
    [InlineData("decode", "sse")]
    [InlineData("connect")]
    public async Task Help_says_what_each_exit_status_means(params string[] command)
    {
        WireResult result = await Wire.RunAsync("", [.. command, "--help"]);
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Contains("Exit status:\n  0  all well\n  1  ", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_manual_has_every_verb_and_format_and_the_exit_statuses()
    {
        WireResult result = await Wire.RunAsync("", "man");
        Assert.StartsWith(".TH WIRE 1\n", result.Text, StringComparison.Ordinal);
        Assert.All(
            DecodeFormats.All,
            f => Assert.Contains(
                $".SS \"wire decode {f.Name.Replace("-", "\\-", StringComparison.Ordinal)}\"\n", result.Text, StringComparison.Ordinal));
        Assert.Contains(".SH EXIT STATUS\n.TP\n.B 0\nall well\n", result.Text, StringComparison.Ordinal);
        Assert.Contains(".SS \"wire tap\"", result.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash", "complete -o default -F _wire wire")]
    [InlineData("zsh", "compdef _wire wire")]
    [InlineData("fish", "complete -c wire")]
    public async Task A_shell_is_told_how_to_complete(string shell, string line)
        => Assert.Contains(line, (await Wire.RunAsync("", "completion", shell)).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("wire dec", "decode")]
    [InlineData("wire decode s", "sse")]
    [InlineData("wire connect --time", "--timeout")]
    public async Task The_tool_suggests_what_may_come_next(string line, string word)
    {
        WireResult result = await Wire.RunAsync("", $"[suggest:{line.Length}]", line);
        Assert.Contains(word, result.Lines);
    }

    [Theory]
    [InlineData("websocket", """{"kind":"frame","opcode":"text","pyload":"aGk="}""", "pyload")]
    [InlineData("sse", """{"kind":"event","data":"a","ID":"7"}""", "ID")]
    [InlineData("chunked", """{"kind":"end","consumend":1}""", "consumend")]
    public async Task A_property_that_no_row_has_is_an_error(string format, string row, string name)
    {
        WireResult result = await Wire.RunAsync(row, "encode", format);
        Assert.Equal((ExitStatus.Usage, 0), (result.Status, result.Output.Length));
        Assert.Contains($"line 1: a row of this format has no property \"{name}\"", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_payload_may_be_given_as_text()
        => Assert.Equal(
            "8105" + "48656c6c6f",
            (await Wire.RunAsync("""{"kind":"frame","opcode":"text","masked":false,"text":"Hello"}""", "encode", "websocket", "--hex")).Text.Trim());

    [Theory]
    [InlineData("""{"kind":"event","data":"a","type":"b\nc"}""", "sse")]
    [InlineData("""{"kind":"retry","milliseconds":-1}""", "sse")]
    [InlineData("""{"kind":"trailer","name":"a b","value":"c"}""", "chunked")]
    public async Task What_a_writer_refuses_is_said_without_words_for_programmers(string row, string format)
    {
        WireResult result = await Wire.RunAsync(row, "encode", format);
        Assert.Equal(ExitStatus.Usage, result.Status);
        Assert.DoesNotContain("Parameter", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("inner exception", result.Error, StringComparison.Ordinal);
    }
}
