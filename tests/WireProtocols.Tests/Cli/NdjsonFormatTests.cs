using System.Text;
using WireProtocols.Cli;

namespace WireProtocols.Tests.Cli;

public class NdjsonFormatTests
{
    [Fact]
    public async Task Rows_show_line_offset_length_and_payload()
    {
        WireResult result = await DecodeAsync("ndjson", "{\"a\":1}\r\n\"x\"\n", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal(
            [
                """{"kind":"record","line":1,"offset":0,"length":7,"payload":"eyJhIjoxfQ==","text":"{\"a\":1}"}""",
                """{"kind":"record","line":2,"offset":9,"length":3,"payload":"Ingi","text":"\"x\""}""",
                """{"kind":"end","records":2}""",
            ],
            result.Lines);
    }

    [Fact]
    public async Task The_view_shows_them_for_a_person_and_a_violation_under_its_byte()
    {
        WireResult result = await DecodeAsync("ndjson", "[1]\nnul\n");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.Equal(
            """
            @0  record 1, 3 bytes
                text: "[1]"
            @7  violation: InvalidJson (RFC 8259 §2)
                A record is one JSON text.
                    00000000  5b 31 5d 0a 6e 75 6c 0a                           [1].nul.
                                                   ^^

            """,
            result.Text);
    }

    [Fact]
    public async Task A_bad_record_is_the_last_row_or_is_passed_over()
    {
        const string Bad
            = """{"kind":"error","code":"InvalidJson","offset":3,"message":"A record is one JSON text.","spec":"RFC 8259 §2","line":2}""";
        const string First = """{"kind":"record","line":1,"offset":0,"length":1,"payload":"MQ==","text":"1"}""";
        WireResult strict = await DecodeAsync("ndjson", "1\nnope\n3\n", "--json");
        Assert.Equal([First, Bad], strict.Lines);
        WireResult lasting = await DecodeAsync("ndjson", "1\nnope\n3\n", "--json", "--continue-on-error");
        Assert.Equal(
            [First, Bad, """{"kind":"record","line":3,"offset":7,"length":1"""
                + ""","payload":"Mw==","text":"3"}""", """{"kind":"end","records":2}"""], lasting.Lines);
        Assert.Equal(ExitStatus.Violation, lasting.Status);
    }

    [Theory]
    [InlineData("nope\n", "--no-validate")]
    [InlineData("1\n\n2\n", "--ignore-empty-lines")]
    [InlineData("\ufeff1\n", "--allow-bom")]
    [InlineData("1\n2", "--allow-unterminated")]
    public async Task Leniencies_have_names(string input, string option)
    {
        Assert.Equal(ExitStatus.Violation, (await DecodeAsync("ndjson", input, "--json")).Status);
        Assert.Equal(ExitStatus.Ok, (await DecodeAsync("ndjson", input, "--json", option)).Status);
    }

    [Theory]
    [InlineData("[[1]]\n", "--max-depth", "1")]
    [InlineData("[1,2]\n", "--max-record", "4")]
    public async Task A_limit_that_is_hit_names_the_option_that_raises_it(string input, string option, string limit)
    {
        WireResult result = await DecodeAsync("ndjson", input, "--json", option, limit);
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.Contains($"{option} raises the limit", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sequence_shows_truncated_texts()
    {
        WireResult result = await DecodeAsync("json-seq", "\u001e1\n\u001e23\u001e{}\n", "--json", "--continue-on-error");
        Assert.Equal(
            [
                """{"kind":"record","line":1,"offset":1,"length":1,"payload":"MQ==","text":"1"}""",
                """{"kind":"error","code":"TruncatedRecord","offset":6"""
                    + ""","message":"A text is not cut short by the next record separator.","spec":"RFC 7464 §2.4","line":2}""",
                """{"kind":"record","line":3,"offset":7,"length":2,"payload":"e30=","text":"{}"}""",
                """{"kind":"end","records":2}""",
            ],
            result.Lines);
        Assert.Contains("UnexpectedEnd", (await DecodeAsync("json-seq", "\u001e1", "--json")).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ndjson", "{\"a\":1}\n\"x\"\n")]
    [InlineData("json-seq", "\u001e{\"a\":1}\n\u001e\"x\"\n")]
    public async Task Canonical_input_comes_back_from_its_rows(string format, string input)
    {
        WireResult rows = await DecodeAsync(format, input, "--json");
        Assert.Equal(input, (await Wire.RunAsync(rows.Text, "encode", format)).Text);
    }

    [Fact]
    public async Task A_record_that_would_be_two_lines_is_refused()
    {
        WireResult result = await Wire.RunAsync("""{"kind":"record","payload":"MQoy","text":"1\n2"}""", "encode", "ndjson");
        Assert.Equal(ExitStatus.Usage, result.Status);
    }

    [Theory]
    [InlineData("ndjson", "1\n2\n")]
    [InlineData("json-seq", "\u001e1\n\u001e2\n")]
    public async Task A_record_is_printed_before_anybody_waits_for_more(string format, string text)
    {
        MemoryStream output = new();
        List<int> linesBeforeRead = [];
        using TricklingInput input = new(
            [.. Encoding.ASCII.GetBytes(text).Select(b => new[] { b })],
            _ => linesBeforeRead.Add(Encoding.UTF8.GetString(output.ToArray()).Count(c => c == '\n')));
        await WireTool.RunAsync(
            ["decode", format, "--json"], new WireProtocols.Cli.IO.ToolIO { Input = input, Output = output, Error = new StringWriter() });
        Assert.Equal(format == "ndjson" ? [0, 0, 1, 1, 2] : [0, 0, 0, 1, 1, 1, 2], linesBeforeRead);
    }

    private static Task<WireResult> DecodeAsync(string format, string input, params string[] args)
        => Wire.DecodeAtEveryReadSizeAsync(Encoding.UTF8.GetBytes(input), [format, .. args]);
}
