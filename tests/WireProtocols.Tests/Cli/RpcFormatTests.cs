namespace WireProtocols.Tests.Cli;

public class RpcFormatTests
{
    [Fact]
    public async Task Envelopes_are_rows_and_the_end_says_its_status()
    {
        byte[] body = [.. Convert.FromHexString("000000000268698000000010"), .. "grpc-status: 5\r\n"u8];
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(body, "grpc-web", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal(
            [
                """{"kind":"envelope","offset":0,"flags":0,"compressed":false,"end":false,"length":2,"payload":"aGk=","text":"hi"}""",
                """{"kind":"envelope","offset":7,"flags":128,"compressed":false,"end":true,"length":16"""
                    + ""","payload":"Z3JwYy1zdGF0dXM6IDUNCg==","text":"grpc-status: 5\r\n","status":5"""
                    + ""","statusName":"not_found","statusMessage":"","metadata":[]}""",
            ],
            result.Lines);
    }

    [Fact]
    public async Task The_text_form_is_read_and_written()
    {
        const string Text = "AAAAAAVoZWxsbw==gAAAABBncnBjLXN0YXR1czogMA0K";
        WireResult decoded = await Wire.DecodeAtEveryReadSizeAsync(System.Text.Encoding.ASCII.GetBytes(Text), "grpc-web", "--json", "--text");
        Assert.Equal(2, decoded.Lines.Length);
        WireResult encoded = await Wire.RunAsync(string.Join('\n', decoded.Lines), "encode", "grpc-web", "--text");
        Assert.Equal(Text, encoded.Text);
    }

    [Theory]
    [InlineData("connect", "02000000027b7d", "--json")]
    [InlineData("connect", "0000000000", "--json", "--from", "client")]
    [InlineData("grpc", "000000000161" + "0000000000", "--json")]
    [InlineData("grpc", "0100000000", "--json", "--encoding", "gzip")]
    public async Task What_is_decoded_encodes_to_the_same(string format, string hex, params string[] options)
    {
        WireResult decoded = await Wire.DecodeAtEveryReadSizeAsync(Convert.FromHexString(hex), [format, .. options]);
        Assert.Equal(ExitStatus.Ok, decoded.Status);
        WireResult encoded = await Wire.RunAsync(string.Join('\n', decoded.Lines), "encode", format, "--hex");
        Assert.Equal(hex, encoded.Text.Trim());
    }

    [Theory]
    [InlineData("grpc", "0400000000", "ReservedFlags", 0)]
    [InlineData("grpc", "00000000", "UnexpectedEnd", 4)]
    [InlineData("grpc", "0100000000", "CompressedWithoutEncoding", 0)]
    [InlineData("grpc", "00ffffffff", "MessageTooLarge", 1)]
    [InlineData("connect", "020000000e7b226572726f72223a6e756c6c7d", "ErrorMalformed", 14)]
    [InlineData("connect", "", "MissingEnd", 0)]
    [InlineData("grpc-web", "800000000161", "TrailersMalformed", 6)]
    public async Task A_violation_is_the_last_row(string format, string hex, string code, int offset)
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Convert.FromHexString(hex), format, "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.StartsWith($$"""{"kind":"error","code":"{{code}}","offset":{{offset}},""", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offsets_of_the_text_form_count_the_bytes_behind_it_and_the_view_shows_those()
    {
        // A message in a padded piece, then flags that no protocol has.
        byte[] text = [.. "AAAAAAFh"u8, .. "BAAA"u8];
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(text, "grpc-web", "--text");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.Contains("@6  violation: ReservedFlags", result.Text, StringComparison.Ordinal);
        Assert.Contains("00 00 00 00 01 61 04", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_violation_of_the_text_itself_counts_characters_and_says_so()
    {
        byte[] text = "AAAAAAFh*"u8.ToArray();
        WireResult rows = await Wire.DecodeAtEveryReadSizeAsync(text, "grpc-web", "--text", "--json");
        Assert.StartsWith("""{"kind":"error","code":"TextNotBase64","offset":8,""", rows.Lines[^1], StringComparison.Ordinal);
        Assert.Contains("\"counts\":\"text\"", rows.Lines[^1], StringComparison.Ordinal);
        WireResult view = await Wire.DecodeAtEveryReadSizeAsync(text, "grpc-web", "--text");
        Assert.Contains("41 41 41 41 41 41 46 68  2a", view.Text, StringComparison.Ordinal);
        Assert.Contains("counts the characters of the text", view.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_view_shows_status_and_messages()
    {
        byte[] body = Convert.FromHexString("00000000026869" + "8000000010" + Convert.ToHexString("grpc-status: 5\r\n"u8));
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(body, "grpc-web");
        Assert.Contains("@0  message, 2 bytes", result.Text, StringComparison.Ordinal);
        Assert.Contains("status: 5 (not_found)", result.Text, StringComparison.Ordinal);
    }
}
