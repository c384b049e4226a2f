using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Cli;

public class AwsEventStreamFormatTests
{
    [Fact]
    public async Task Messages_are_rows_with_their_headers()
    {
        byte[] body = Vector.Get("event-streams", "every type of header").Bytes;
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(body, "aws-event-stream", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal(
            """{"kind":"message","offset":0,"headers":[{"name":"t","type":"boolean","value":true},{"name":"f","type":"boolean","value":false},"""
                + """{"name":"byte","type":"byte","value":-47},{"name":"short","type":"short","value":-32768},"""
                + """{"name":"integer","type":"integer","value":-2},{"name":"long","type":"long","value":9223372036854775807},"""
                + """{"name":"bytes","type":"byte_array","value":"AAH/"},{"name":"string","type":"string","value":"€"},"""
                + """{"name":"timestamp","type":"timestamp","value":1700000000123},"""
                + """{"name":"uuid","type":"uuid","value":"00010203-0405-0607-0809-0a0b0c0d0e0f"}],"length":1,"payload":"eA=="}""",
            Assert.Single(result.Lines));
    }

    [Theory]
    [InlineData("the structure of the example", "{\\\"foo\\\":\\\"bar\\\"}")]
    [InlineData("the string of the example", "Arbitrary text")]
    [InlineData("the blob of the example", null)]
    public async Task Text_stands_beside_a_payload_that_is_some(string vector, string? text)
    {
        byte[] body = Vector.Get("event-streams", vector).Bytes;
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(body, "amazon-eventstream", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        if (text is null)
        {
            Assert.DoesNotContain("\"text\"", result.Lines[0], StringComparison.Ordinal);
        }
        else
        {
            Assert.EndsWith($"\"text\":\"{text}\"}}", result.Lines[0], StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("a message of nothing")]
    [InlineData("every type of header")]
    [InlineData("a name that is no ASCII")]
    [InlineData("chunks of a language model")]
    [InlineData("a timestamp that no calendar has")]
    public async Task What_is_decoded_encodes_to_the_same(string vector)
    {
        byte[] body = Vector.Get("event-streams", vector).Bytes;
        WireResult decoded = await Wire.DecodeAtEveryReadSizeAsync(body, "aws-event-stream", "--json");
        Assert.Equal(ExitStatus.Ok, decoded.Status);
        WireResult encoded = await Wire.RunAsync(string.Join('\n', decoded.Lines), "encode", "aws-event-stream");
        Assert.Equal(body, encoded.Output);
    }

    [Theory]
    [InlineData("""{"kind":"message","headers":[{"name":"a","type":"byte","value":128}]}""", "has to be -128 to 127")]
    [InlineData("""{"kind":"message","headers":[{"name":"a","type":"double","value":1}]}""", "has to be boolean, byte")]
    [InlineData("""{"kind":"message","headers":[{"name":"a","type":"uuid","value":"1"}]}""", "has to be a UUID")]
    [InlineData("""{"kind":"message","headers":[{"name":"a","value":""}]}""", "has 1 to 32,767 bytes")]
    [InlineData("""{"kind":"message","headers":["a"]}""", "an array of objects")]
    public async Task A_row_that_cannot_be_written_is_refused(string row, string message)
    {
        WireResult result = await Wire.RunAsync(row, "encode", "aws-event-stream");
        Assert.Equal(ExitStatus.Usage, result.Status);
        Assert.Empty(result.Output);
        Assert.Contains(message, result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("another checksum of the message", "MessageChecksumMismatch")]
    [InlineData("the input ends in the payload", "UnexpectedEnd")]
    [InlineData("a name twice", "HeaderRepeated")]
    [InlineData("an empty string", "HeaderValueEmpty")]
    public async Task A_violation_is_the_last_row(string vector, string code)
    {
        byte[] body = Vector.Get("event-streams", vector).Bytes;
        string offset = Vector.Get("event-streams", vector).Rows[^1].Split(' ')[^1];
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(body, "aws-event-stream", "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.StartsWith($$"""{"kind":"error","code":"{{code}}","offset":{{offset}},""", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_say_which_option_raises_them()
    {
        byte[] many = Vector.Get("event-streams", "aws-c-event-stream#147: headers without number").Bytes;
        WireResult refused = await Wire.DecodeAtEveryReadSizeAsync(many, "aws-event-stream");
        Assert.Contains("--max-headers raises the limit", refused.Text, StringComparison.Ordinal);
        WireResult taken = await Wire.DecodeAtEveryReadSizeAsync(many, "aws-event-stream", "--max-headers", "101");
        Assert.Equal(ExitStatus.Ok, taken.Status);
        byte[] empty = Vector.Get("event-streams", "an empty string").Bytes;
        Assert.Equal(ExitStatus.Ok, (await Wire.DecodeAtEveryReadSizeAsync(empty, "aws-event-stream", "--allow-empty-values")).Status);
        byte[] gigabytes = Vector.Get("event-streams", "a message of four gigabytes").Bytes;
        WireResult large = await Wire.DecodeAtEveryReadSizeAsync(gigabytes, "aws-event-stream");
        Assert.Contains("--max-element raises the limit", large.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_view_shows_headers_with_their_types()
    {
        byte[] body = Vector.Get("event-streams", "every type of header").Bytes;
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(body, "aws-event-stream");
        Assert.Contains("@0  message, 1 byte", result.Text, StringComparison.Ordinal);
        Assert.Contains("string: \"€\", string", result.Text, StringComparison.Ordinal);
        Assert.Contains("timestamp: 1700000000123 (2023-11-14 22:13:20.123Z), timestamp", result.Text, StringComparison.Ordinal);
        Assert.Contains("bytes: 0001FF, byte_array", result.Text, StringComparison.Ordinal);
    }
}
