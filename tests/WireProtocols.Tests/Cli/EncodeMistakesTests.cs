using System.Text;

namespace WireProtocols.Tests.Cli;

/// <summary>A row that cannot be written is a mistake of use, and its line is said.</summary>
public class EncodeMistakesTests
{
    [Theory]
    [InlineData("sctp", """{"kind":"packet","sourcePort":70000,"verificationTag":1}""", "sourcePort")]
    [InlineData("sctp", """{"kind":"packet","destinationPort":-1,"verificationTag":1}""", "destinationPort")]
    [InlineData("sctp", """{"kind":"packet","verificationTag":-1}""", "verificationTag")]
    [InlineData("sctp", """{"kind":"packet","verificationTag":4294967296}""", "verificationTag")]
    [InlineData("sctp", """{"kind":"packet","verificationTag":1,"chunks":[{"type":256}]}""", "type")]
    [InlineData("sctp", """{"kind":"packet","verificationTag":1,"chunks":[{"type":0,"flags":-1}]}""", "flags")]
    [InlineData("stun", """{"kind":"message","transactionId":"0102030405060708090a0b0c","attributes":[{"type":65536}]}""", "type")]
    [InlineData("stun", """{"kind":"message","transactionId":"0102030405060708090a0b0c","attributes":[{"type":-1}]}""", "type")]
    [InlineData("dcep", """{"kind":"open","reliabilityParameter":-1}""", "reliabilityParameter")]
    [InlineData("dcep", """{"kind":"open","reliabilityParameter":4294967296}""", "reliabilityParameter")]
    [InlineData("grpc", """{"kind":"envelope","flags":256}""", "flags")]
    [InlineData("capsule", """{"kind":"capsule","type":10307,"fields":{"code":4294967296}}""", "code")]
    public async Task A_number_that_has_no_room_is_named(string format, string row, string property)
    {
        WireResult result = await Wire.RunAsync("\n" + row, "encode", format);
        Assert.Equal((ExitStatus.Usage, 0), (result.Status, result.Output.Length));
        Assert.Contains($"line 2: the property \"{property}\" has to be 0 to ", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sctp", """{"kind":"packet","verificationTag":1,"chunks":[{"type":0,"value":"$"}]}""", 65_532)]
    [InlineData("stun", """{"kind":"message","transactionId":"0102030405060708090a0b0c","attributes":[{"type":1,"value":"$"}]}""", 65_536)]
    [InlineData("stun", """{"kind":"message","transactionId":"0102030405060708090a0b0c","attributes":[{"type":1,"value":"$"}]}""", 65_532)]
    [InlineData(
        "proxy-protocol",
        """{"kind":"header","version":2,"command":"LOCAL","family":"UNSPEC","transport":"UNSPEC","ignored":"$"}""",
        65_536)]
    public async Task What_is_longer_than_its_length_can_say_is_refused(string format, string row, int length)
    {
        WireResult result = await Wire.RunAsync(WithPayload(row, length), "encode", format);
        Assert.Equal((ExitStatus.Usage, 0), (result.Status, result.Output.Length));
        Assert.Contains("line 1: ", result.Error, StringComparison.Ordinal);

        // What is a word shorter has room.
        Assert.Equal(ExitStatus.Ok, (await Wire.RunAsync(WithPayload(row, length - 8), "encode", format)).Status);
    }

    [Theory]
    [InlineData("{'kind':'end'}\n{'kind':'end'}", 2)]
    [InlineData("{'kind':'end'}\n{'kind':'part'}", 2)]
    [InlineData("\n\n{'kind':'part','fields':[{'name':'A','value':'\\ud800'}]}", 3)]
    [InlineData("{'kind':'\\ud800'}", 1)]
    [InlineData("{'kind':'end','\\ud800':1}", 1)]
    public async Task What_a_multipart_body_cannot_hold_is_refused(string rows, int line)
    {
        WireResult result = await Wire.RunAsync(rows.Replace('\'', '"'), "encode", "multipart", "--boundary", "b");
        Assert.Equal(ExitStatus.Usage, result.Status);
        Assert.Contains($"line {line}: ", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chunk_behind_the_last_one_is_refused()
    {
        WireResult result = await Wire.RunAsync(
            """
            {"kind":"end"}
            {"kind":"chunk","size":1}
            {"kind":"data","payload":"QQ=="}
            """,
            "encode",
            "chunked");
        Assert.Equal((ExitStatus.Usage, "0\r\n\r\n"), (result.Status, result.Text));
        Assert.Contains("line 3: ", result.Error, StringComparison.Ordinal);
    }

    private static byte[] WithPayload(string row, int length)
        => Encoding.UTF8.GetBytes(row.Replace("$", Convert.ToBase64String(new byte[length]), StringComparison.Ordinal));
}
