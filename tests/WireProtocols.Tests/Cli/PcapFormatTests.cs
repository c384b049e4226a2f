using System.Text.Json.Nodes;

namespace WireProtocols.Tests.Cli;

/// <summary>`wire decode pcap`: captures of both forms, TCP put in order, and what the connections carry.</summary>
public sealed class PcapFormatTests
{
    private const string Request = "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n";
    private const string Response
        = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n";

    private const string Masked = "\u0081\u0085\u0037\u00fa\u0021\u003d\u007f\u009f\u004d\u0051\u0058";
    private const string Compressed = "\u00c1\u0007\u00f2\u0048\u00cd\u00c9\u00c9\u0007\u0000";

    public static TheoryData<string, byte[]> Forms()
    {
        TheoryData<string, byte[]> forms = [];
        foreach (bool bigEndian in (bool[])[false, true])
        {
            forms.Add($"pcapng {bigEndian}", Conversation(new CaptureFile()).ToPcapng(bigEndian));
            foreach (int linkType in (int[])[0, 1, 101, 113, 276])
            {
                forms.Add($"pcap {linkType} {bigEndian}", Conversation(new CaptureFile()).ToPcap(linkType, bigEndian));
            }
        }

        return forms;
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public async Task Both_directions_of_a_connection_are_decoded(string form, byte[] file)
    {
        _ = form;
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(file, "pcap", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal(
            [
                "stream 1 192.0.2.1:50000 192.0.2.2:80", "request client 0", "response server 0", "frame client 49 Hello", "frame server 102",
                "message server  Hello", "end",
            ],
            result.Lines.Select(Describe));
    }

    [Fact]
    public async Task IPv6_and_the_time_of_a_packet_are_shown()
    {
        CaptureFile file = Conversation(new CaptureFile { IsIPv6 = true });
        WireResult result = await Wire.RunAsync(file.ToPcap(), "decode", "pcap", "--json", "--timestamps");
        Assert.Equal(
            """{"kind":"stream","stream":1,"time":"2023-11-14T22:13:20.000005Z","client":"[2001:db8::1]:50000","server":"[2001:db8::2]:80"}""",
            result.Lines[0]);
        WireResult nano = await Wire.RunAsync(file.ToPcapng(), "decode", "pcap", "--json", "--timestamps");
        Assert.Contains("\"time\":\"2023-11-14T22:13:20.000000Z\"", nano.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_comes_out_of_order_is_put_in_order_and_said()
    {
        CaptureFile file = new CaptureFile().Open()
            .Data(true, 10, Request[10..20]).Data(true, 20, Request[20..]).Data(true, 0, Request[..10]).Data(false, 0, Response);
        WireResult result = await Decode(file);
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal(
            ["stream", "out-of-order 10", "out-of-order 20", "request 0", "response 0", "end"], result.Lines.Select(KindAndOffset));
    }

    [Fact]
    public async Task What_comes_again_is_said_and_not_shown_twice_also_where_it_overlaps()
    {
        CaptureFile file = new CaptureFile().Open()
            .Data(true, 0, Request[..20]).Data(true, 0, Request[..20]).Data(true, 10, Request[10..]).Data(true, 0, Request[..5]);
        WireResult result = await Decode(file);
        Assert.Equal(["stream", "retransmission 0", "request 0", "retransmission 0", "end"], result.Lines.Select(KindAndOffset));
    }

    [Fact]
    public async Task What_was_never_captured_is_lost_at_the_end_and_what_follows_is_shown_as_it_is()
    {
        CaptureFile file = new CaptureFile().Open().Data(true, 0, Request).Data(true, Request.Length + 7, "behind");
        WireResult result = await Decode(file);
        Assert.Equal(["stream", "request 0", "out-of-order 56", "loss 49", "opaque 56", "data 56", "end"], result.Lines.Select(KindAndOffset));
    }

    [Fact]
    public async Task What_the_peer_acknowledged_and_nobody_saw_is_lost_while_the_connection_goes_on()
    {
        CaptureFile file = new CaptureFile().Open().Data(true, 0, Request);
        for (int i = 0; i < 20; i++)
        {
            file.Data(true, Request.Length + 7 + i, "x").Data(false, 0, "", acknowledged: Request.Length + 8 + i);
        }

        WireResult result = await Decode(file.Data(false, 0, Response));
        string[] rows = [.. result.Lines.Select(KindAndOffset)];
        Assert.InRange(Array.IndexOf(rows, "loss 49"), 1, Array.IndexOf(rows, "response 0"));
    }

    [Fact]
    public async Task A_capture_that_begins_in_the_middle_takes_the_lower_port_for_the_server()
    {
        CaptureFile file = new CaptureFile().Data(false, 500, "HTTP/1.1 204 No Content\r\n\r\n");
        WireResult result = await Decode(file);
        Assert.Equal("response server 0", Describe(result.Lines[1]));
    }

    [Fact]
    public async Task A_port_that_is_used_again_is_another_connection()
    {
        CaptureFile first = new CaptureFile().Open().Data(true, 0, Request).End(true, Request.Length).End(false, 0);
        first.Add(true, CaptureFile.Syn, 77_000, 0).Add(true, CaptureFile.Acknowledge, 77_001, 0, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        WireResult result = await Decode(first);
        Assert.Equal(2, result.Lines.Count(l => l.StartsWith("{\"kind\":\"stream\"", StringComparison.Ordinal)));
        Assert.Contains(result.Lines, l => l.StartsWith("{\"kind\":\"request\",\"stream\":2,", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reset_inside_a_message_ends_it_early()
    {
        CaptureFile file = new CaptureFile().Open().Data(true, 0, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
        WireResult result = await Decode(file.Add(false, CaptureFile.Reset, 0, 0));
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.Contains(result.Lines, l => l.Contains("\"code\":\"UnexpectedEnd\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ports_and_packets_of_other_protocols_are_passed_over()
    {
        byte[] file = Conversation(new CaptureFile()).Raw([0x45, 0, 0, 20, 0, 0, 0, 0, 64, 17, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]).ToPcap();
        WireResult none = await Wire.RunAsync(file, "decode", "pcap", "--json", "--port", "81");
        Assert.Equal("""{"kind":"end","packets":10,"streams":0,"ignored":10}""", none.Lines[^1]);
        WireResult all = await Wire.RunAsync(file, "decode", "pcap", "--json", "--port", "80");
        Assert.EndsWith("\"ignored\":1}", all.Lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a1b2c3d5", "UnknownMagic", 0)]
    [InlineData("d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000 00000000 00000000 ffffffff ffffffff", "PacketTooLarge", 24)]
    [InlineData("d4c3b2a1 0200 0400 00000000 00000000 ffff0000 01000000 00000000 00000000 05000000 05000000 01", "UnexpectedEnd", 41)]
    [InlineData("0a0d0d0a 1c000000 4d3c2b1a 01000000 ffffffffffffffff 1d000000", "InvalidLength", 0)]
    [InlineData(
        "0a0d0d0a 1c000000 4d3c2b1a 01000000 ffffffffffffffff 1c000000" + "06000000 20000000 0000000000000000000000000000000000000000 20000000",
        "UnknownInterface", 28)]
    [InlineData("0a0d0d0a 03000000 4d3c2b1a", "InvalidLength", 0)]
    [InlineData("", null, 0)]
    [InlineData("0a0d", "UnexpectedEnd", 2)]
    public async Task A_file_that_is_wrong_is_a_violation_with_its_byte(string hex, string? code, int offset)
    {
        byte[] input = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(input, "pcap", "--json");
        if (code is null)
        {
            Assert.Equal(ExitStatus.Ok, result.Status);
            return;
        }

        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.StartsWith($$"""{"kind":"error","code":"{{code}}","offset":{{offset}},""", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Any_bytes_are_decoded_or_refused()
    {
        int seed = Environment.TickCount;
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        byte[] file = Conversation(new CaptureFile()).ToPcapng();
        for (int i = 0; i < 300; i++)
        {
            byte[] mutant = [.. file];
            for (int j = random.Next(1, 6); j > 0; j--)
            {
                mutant[random.Next(mutant.Length)] = (byte)random.Next(256);
            }

            WireResult result = await Wire.RunAsync(mutant[..random.Next(mutant.Length)], "decode", "pcap", "--json", "--max-element", "100000");
            Assert.InRange(result.Status, ExitStatus.Ok, ExitStatus.Violation);
        }
    }

    private static CaptureFile Conversation(CaptureFile file) => file.Open()
        .Data(true, 0, Request).Data(false, 0, Response).Data(true, Request.Length, Masked).Data(false, Response.Length, Compressed)
        .End(true, Request.Length + Masked.Length).End(false, Response.Length + Compressed.Length);

    private static Task<WireResult> Decode(CaptureFile file) => Wire.DecodeAtEveryReadSizeAsync(file.ToPcap(), "pcap", "--json");

    private static string Describe(string line)
    {
        JsonNode row = JsonNode.Parse(line)!;
        return (string)row["kind"]! switch
        {
            "stream" => $"stream {row["stream"]} {row["client"]} {row["server"]}",
            "end" => "end",
            var kind => $"{kind} {row["from"]} {row["offset"]} {row["text"]}".TrimEnd(),
        };
    }

    private static string KindAndOffset(string line)
    {
        JsonNode row = JsonNode.Parse(line)!;
        return $"{row["kind"]} {row["offset"]}".TrimEnd();
    }
}
