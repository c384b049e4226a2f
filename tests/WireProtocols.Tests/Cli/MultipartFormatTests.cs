using System.Text;

namespace WireProtocols.Tests.Cli;

public class MultipartFormatTests
{
    private const string Body = "--b\r\nA: 1\r\nB: \"2\"\r\n\r\nhi\r\n--b\r\n\r\n\r\n--b--\r\n";

    [Fact]
    public async Task Parts_are_rows_with_their_fields()
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Encoding.ASCII.GetBytes(Body), "multipart", "--boundary", "b", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal(
            [
                """{"kind":"part","offset":0,"fields":[{"name":"A","value":"1"},{"name":"B","value":"\"2\""}],"length":2"""
                    + ""","payload":"aGk=","text":"hi"}""",
                """{"kind":"part","offset":25,"fields":[],"length":0,"payload":""}""",
                """{"kind":"end","parts":2}""",
            ],
            result.Lines);
        WireResult encoded = await Wire.RunAsync(string.Join('\n', result.Lines), "encode", "multipart", "--boundary", "b");
        Assert.Equal(Body, encoded.Text);
    }

    [Theory]
    [InlineData("--b\r\n\r\nx\r\n--bc", "BoundaryLineMalformed", 13)]
    [InlineData("--b\r\n\r\nx", "UnexpectedEnd", 8)]
    [InlineData("--b\r\n\r\nx\r\n--b\r\n", "UnexpectedEnd", 15)]
    [InlineData("--b\r\nA 1\r\n", "FieldNameMalformed", 6)]
    public async Task A_violation_is_the_last_row(string body, string code, int offset)
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Encoding.ASCII.GetBytes(body), "multipart", "--boundary", "b", "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.StartsWith($$"""{"kind":"error","code":"{{code}}","offset":{{offset}},""", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_that_is_stopped_may_be_taken()
    {
        byte[] body = "--b\r\n\r\nx\r\n--b\r\n"u8.ToArray();
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(body, "multipart", "--boundary", "b", "--allow-missing-end");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Contains("@0  part, 1 byte", result.Text, StringComparison.Ordinal);
        Assert.Contains("@15  end, 1 part", result.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("decode")]
    [InlineData("encode")]
    public async Task A_boundary_has_to_be_given_and_to_be_one(string verb)
    {
        WireResult missing = await Wire.RunAsync("", verb, "multipart");
        Assert.Equal(ExitStatus.Usage, missing.Status);
        Assert.Contains("--boundary is missing", missing.Error, StringComparison.Ordinal);
        WireResult wrong = await Wire.RunAsync("", verb, "multipart", "--boundary", "a;b");
        Assert.Equal(ExitStatus.Usage, wrong.Status);
    }

    [Fact]
    public async Task A_part_that_holds_the_boundary_is_refused()
    {
        WireResult result = await Wire.RunAsync("""{"kind":"part","payload":"LS1i","text":"--b"}""", "encode", "multipart", "--boundary", "b");
        Assert.Equal(ExitStatus.Usage, result.Status);
        Assert.Empty(result.Output);
    }
}
