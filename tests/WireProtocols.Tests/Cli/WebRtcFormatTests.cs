using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Cli;

public class WebRtcFormatTests
{
    [Theory]
    [InlineData("sctp", "SACK and DATA")]
    [InlineData("sctp", "INIT ACK with a cookie")]
    [InlineData("sctp", "SACK with gaps and duplicates")]
    [InlineData("sctp", "FORWARD-TSN with streams")]
    [InlineData("sctp", "ERROR with two causes")]
    [InlineData("sctp", "SHUTDOWN")]
    [InlineData("dcep", "not ordered, three retransmissions, a protocol")]
    [InlineData("dcep", "an ACK")]
    public async Task What_is_decoded_encodes_to_the_same(string format, string name)
    {
        byte[] bytes = Vector.Get(format, name).Bytes;
        WireResult decoded = await Wire.DecodeAtEveryReadSizeAsync(bytes, format, "--json");
        Assert.Equal(ExitStatus.Ok, decoded.Status);
        Assert.Equal(bytes, (await Wire.RunAsync(decoded.Text, "encode", format)).Output);
        Assert.Equal(ExitStatus.Ok, (await Wire.DecodeAtEveryReadSizeAsync(bytes, format)).Status);
    }

    [Fact]
    public async Task A_packet_is_a_row_with_its_chunks()
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Vector.Get("sctp", "a whole user message").Bytes, "sctp", "--json");
        Assert.Equal(
            ("{'kind':'packet','sourcePort':5000,'destinationPort':5000,'verificationTag':16909060,'chunks':[{'offset':12,'type':0,'name':'DATA',"
                + "'flags':3,'value':'AAAABwABAAAAAAAzaGVsbG8=','fields':{'tsn':7,'streamId':1,'sequenceNumber':0,'payloadProtocol':51,"
                + "'payloadProtocolName':'Text'},'parameters':[]}]}").Replace('\'', '"'),
            Assert.Single(result.Lines));
        WireResult view = await Wire.DecodeAtEveryReadSizeAsync(Vector.Get("sctp", "a whole user message").Bytes, "sctp");
        Assert.Contains("@12  DATA, 21 bytes", view.Text, StringComparison.Ordinal);
        Assert.Contains("68 65 6c 6c 6f", view.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_open_is_a_row()
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Vector.Get("dcep", "a channel as browsers open it").Bytes, "dcep", "--json");
        Assert.Equal(
            """{"kind":"open","channelType":0,"channelTypeName":"DATA_CHANNEL_RELIABLE","priority":256,"reliabilityParameter":0,"label":"chat","""
                + "\"protocol\":\"\"}",
            Assert.Single(result.Lines));
    }

    [Theory]
    [InlineData("sctp", "a checksum that is wrong", "ChecksumMismatch", 8)]
    [InlineData("sctp", "nothing", "UnexpectedEnd", 0)]
    [InlineData("dcep", "a label that is no UTF-8", "LabelNotUtf8", 13)]
    public async Task A_violation_is_the_last_row(string format, string name, string code, int offset)
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Vector.Get(format, name).Bytes, format, "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.StartsWith($$"""{"kind":"error","code":"{{code}}","offset":{{offset}},""", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_too_long_is_not_held()
    {
        WireResult result = await Wire.RunAsync(new byte[200], "decode", "sctp", "--json", "--max-element", "125");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.Contains("PacketTooLarge", result.Text, StringComparison.Ordinal);
    }
}
