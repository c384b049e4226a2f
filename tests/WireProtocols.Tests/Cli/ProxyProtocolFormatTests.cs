using System.Text;

namespace WireProtocols.Tests.Cli;

public class ProxyProtocolFormatTests
{
    private const string Signature = "0d0a0d0a000d0a515549540a";

    [Fact]
    public async Task A_line_is_a_row_and_what_follows_is_left_alone()
    {
        byte[] input = Encoding.ASCII.GetBytes("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\nGET / HTTP/1.1\r\n");
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(input, "proxy-protocol", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal(
            [
                """{"kind":"header","offset":0,"length":47,"version":1,"command":"PROXY","family":"INET","transport":"STREAM","""
                    + "\"source\":\"192.168.0.1:56324\",\"destination\":\"192.168.0.11:443\",\"tlvs\":[]}",
                """{"kind":"end","consumed":47}""",
            ],
            result.Lines);
    }

    [Fact]
    public async Task Tlvs_are_shown_with_their_names()
    {
        byte[] input = Convert.FromHexString(
            Signature + "2111002ac0a80001c0a8000bdc0401bb" + "0100026832" + "200012" + "0100000000" + "21000a544c5376312e332e2e2e" + "ea000161");
        WireResult rows = await Wire.DecodeAtEveryReadSizeAsync(input, "proxy-protocol", "--json");
        Assert.Contains("""{"type":1,"typeName":"ALPN","payload":"aDI=","text":"h2"}""", rows.Text, StringComparison.Ordinal);
        Assert.Contains(
            """{"type":33,"typeName":"SSL_VERSION","payload":"VExTdjEuMy4uLg==","text":"TLSv1.3..."}""", rows.Text, StringComparison.Ordinal);
        Assert.Contains("""{"type":234,"payload":"YQ=="}""", rows.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("50524f58592054435036203a3a31203a3a31203120320d0a")]
    [InlineData("50524f585920554e4b4e4f574e20780d0a")]
    [InlineData(Signature + "2111000cc0a80001c0a8000bdc0401bb")]
    [InlineData(Signature + "20000000")]
    [InlineData(Signature + "20000003ea0001")]
    [InlineData(Signature + "21100002abcd")]
    [InlineData(Signature + "2112001ac0a80001c0a8000bdc0401bb" + "0100026832" + "04000101" + "e0000261ff")]
    public async Task What_is_decoded_encodes_to_the_same(string hex)
    {
        WireResult decoded = await Wire.DecodeAtEveryReadSizeAsync(Convert.FromHexString(hex), "proxy-protocol", "--json");
        Assert.Equal(ExitStatus.Ok, decoded.Status);
        WireResult encoded = await Wire.RunAsync(string.Join('\n', decoded.Lines), "encode", "proxy-protocol", "--hex");
        Assert.Equal(hex, encoded.Text.ReplaceLineEndings(""));
    }

    [Theory]
    [InlineData("", "UnexpectedEnd", 0)]
    [InlineData("50524f5859", "UnexpectedEnd", 5)]
    [InlineData("474554", "SignatureMissing", 0)]
    [InlineData(Signature + "2111000b", "AddressTruncated", 14)]
    public async Task A_violation_is_the_last_row(string hex, string code, int offset)
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Convert.FromHexString(hex), "proxy-protocol", "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.StartsWith($$"""{"kind":"error","code":"{{code}}","offset":{{offset}},""", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_view_shows_addresses_and_escapes_text()
    {
        byte[] input = Convert.FromHexString(Signature + "21110013c0a80001c0a8000bdc0401bb" + "020004611b5b62");
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(input, "proxy-protocol");
        Assert.Contains("@0  header of version 2, 35 bytes", result.Text, StringComparison.Ordinal);
        Assert.Contains("source: 192.168.0.1:56324", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\e[b", result.Text, StringComparison.Ordinal);
    }
}
