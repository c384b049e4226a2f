using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace WireProtocols.Tests.Cli;

public class JsonRpcFormatTests
{
    private const string Request = """{"jsonrpc":"2.0","id":"a\"1","method":"te\u0078t"}""";

    [Fact]
    public async Task Messages_are_rows_that_say_what_they_are()
    {
        string input = $"Content-Length: {Request.Length}\r\n\r\n{Request}Content-Length: 2\r\n\r\n{{}}";
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Encoding.UTF8.GetBytes(input), "json-rpc", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        string payload = Convert.ToBase64String(Encoding.UTF8.GetBytes(Request));
        JsonEncodedText text = JsonEncodedText.Encode(Request, JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        Assert.Equal(
            [
                $$"""{"kind":"message","offset":22,"length":{{Request.Length}},"type":"request","method":"text","""
                    + $"\"id\":\"a\\\"1\",\"payload\":\"{payload}\",\"text\":\"{text}\"}}",
                $$"""{"kind":"message","offset":{{43 + Request.Length}},"length":2"""
                    + $$""","type":"invalid","problem":"VersionMissing","payload":"e30=","text":"{}"}""",
                """{"kind":"end","messages":2}""",
            ],
            result.Lines);
    }

    [Theory]
    [InlineData("Content-Length: 2\r\n\r\n{}Content-Length: 9\r\n\r\n[\"a\n\" , 1", "header")]
    [InlineData("Content-Length: 2\r\n\r\n{}Content-Length: 3\r\n\r\n[1]", "header")]
    [InlineData("{}\n[1]\n", "lines")]
    public async Task What_is_decoded_encodes_to_the_same(string text, string framing)
    {
        WireResult decoded = await Wire.DecodeAtEveryReadSizeAsync(
            Encoding.UTF8.GetBytes(text), "json-rpc", "--json", "--framing", framing, "--no-validate");
        Assert.Equal(ExitStatus.Ok, decoded.Status);
        WireResult encoded = await Wire.RunAsync(string.Join('\n', decoded.Lines), "encode", "json-rpc", "--framing", framing);
        Assert.Equal(text, encoded.Text);
    }

    [Theory]
    [InlineData("Content-Length: x\r\n\r\n", "ContentLengthMalformed", 16)]
    [InlineData("Content-Length: 2\r\n\r\n{", "UnexpectedEnd", 22)]
    [InlineData("Content-Length: 99999999999\r\n\r\n{", "ContentTooLong", 16)]
    public async Task A_violation_is_the_last_row(string text, string code, int offset)
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Encoding.UTF8.GetBytes(text), "json-rpc", "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.StartsWith($$"""{"kind":"error","code":"{{code}}","offset":{{offset}},""", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_skipped_is_said()
    {
        byte[] input = "Content-Length: 2\r\n\r\n{}log\nContent-Length: 2\r\n\r\n{}"u8.ToArray();
        WireResult rows = await Wire.DecodeAtEveryReadSizeAsync(input, "json-rpc", "--json", "--continue-on-error");
        Assert.Equal(ExitStatus.Violation, rows.Status);
        Assert.Contains("\"code\":\"LineEndMalformed\",\"offset\":26,", rows.Lines[1], StringComparison.Ordinal);
        Assert.EndsWith("\"errorCode\":-32700,\"skipped\":4}", rows.Lines[1], StringComparison.Ordinal);
        Assert.Equal("""{"kind":"end","messages":2}""", rows.Lines[^1]);
        WireResult view = await Wire.DecodeAtEveryReadSizeAsync(input, "json-rpc", "--continue-on-error");
        Assert.Contains("skipped 4 bytes", view.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":\"\xFF\"}", "InvalidUtf8")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":{\n}}", "IdMalformed")]
    [InlineData("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"id\":[\n]}", "IdMalformed")]
    public async Task A_row_is_one_line_of_unicode_whatever_the_id_is(string latin, string problem)
    {
        byte[] input = Encoding.Latin1.GetBytes($"Content-Length: {latin.Length}\r\n\r\n{latin}");
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(input, "json-rpc", "--json", "--no-validate");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.True(Utf8.IsValid(result.Output));
        Assert.Equal(2, result.Lines.Length);
        Assert.Contains($"\"type\":\"invalid\",\"problem\":\"{problem}\"", result.Lines[0], StringComparison.Ordinal);
        Assert.DoesNotContain("\"id\":", result.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_view_shows_the_method()
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Encoding.UTF8.GetBytes(Request + "\n"), "json-rpc", "--framing", "lines");
        Assert.Contains("@0  request, ", result.Text, StringComparison.Ordinal);
        Assert.Contains("method: \"text\"", result.Text, StringComparison.Ordinal);
    }
}
