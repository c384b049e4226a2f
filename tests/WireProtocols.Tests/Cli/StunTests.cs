using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using WireProtocols.Cli;
using WireProtocols.Cli.Decode;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.IO;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Cli;

public class StunTests
{
    private const string Response = "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643"
        + "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96";

    [Fact]
    public async Task Messages_are_rows_and_encode_to_the_same()
    {
        byte[] canonical = Convert.FromHexString(Response.Replace("746f7220", "746f7200", StringComparison.Ordinal));
        WireResult decoded = await Wire.DecodeAtEveryReadSizeAsync([.. canonical, .. canonical], "stun", "--json");
        Assert.Equal(ExitStatus.Ok, decoded.Status);
        Assert.Equal(2, decoded.Lines.Length);
        Assert.StartsWith(
            """{"kind":"message","offset":0,"class":"success","method":1,"transactionId":"b7e7a701bc34d686fa87dfae","length":60,"attributes":["""
                + """{"type":32802,"name":"SOFTWARE","value":"dGVzdCB2ZWN0b3I=","text":"test vector"},"""
                + """{"type":32,"name":"XOR-MAPPED-ADDRESS","value":"AAGhR+ESpkM=","address":"192.0.2.1","port":32853},""",
            decoded.Lines[0],
            StringComparison.Ordinal);
        Assert.EndsWith("\"fingerprintRight\":false}", decoded.Lines[0], StringComparison.Ordinal);
        WireResult encoded = await Wire.RunAsync(decoded.Text, "encode", "stun");
        Assert.Equal([.. canonical, .. canonical], encoded.Output);
    }

    [Fact]
    public async Task The_view_shows_what_the_attributes_say()
    {
        WireResult view = await Wire.DecodeAtEveryReadSizeAsync(Convert.FromHexString(Response), "stun");
        Assert.Contains("Binding success, 80 bytes", view.Text, StringComparison.Ordinal);
        Assert.Contains("XOR-MAPPED-ADDRESS: 192.0.2.1:32853", view.Text, StringComparison.Ordinal);
        Assert.Contains("FINGERPRINT: c07d4c96 (right)", view.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "UnexpectedEnd", 0)]
    [InlineData("000100002112a442", "UnexpectedEnd", 8)]
    [InlineData("000100002112a4430102", "WrongCookie", 7)]
    [InlineData("000100002112a4420102030405060708090a0b0c40", "NotStun", 20)]
    [InlineData("000100042112a4420102030405060708090a0b0c80280000", "ValueLengthWrong", 24)]
    public async Task A_violation_is_the_last_row(string hex, string code, int offset)
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(Convert.FromHexString(hex), "stun", "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.StartsWith($$"""{"kind":"error","code":"{{code}}","offset":{{offset}},""", result.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_read_allocates_is_linear_in_its_messages()
        => Assert.InRange(AllocatedBy(messages: 4000), 0, 16 * AllocatedBy(messages: 500));

    [Fact]
    public async Task The_tool_asks_itself()
    {
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using LineStream output = new();
        Task<int> server = WireTool.RunAsync(
            ["stun", "--listen", "0", "--json"], new ToolIO { Input = Stream.Null, Output = output, Error = TextWriter.Null }, stop.Token);
        string line = await output.ReadLineAsync(stop.Token);
        Assert.StartsWith("Listening on stun:127.0.0.1:", line, StringComparison.Ordinal);
        string address = line["Listening on stun:".Length..];
        WireResult rows = await Wire.RunAsync("", "stun", address, "--fingerprint", "--json");
        Assert.Equal((ExitStatus.Ok, ""), (rows.Status, rows.Error));
        Assert.StartsWith(
            $$"""{"kind":"mapped-address","server":"{{address}}","address":"127.0.0.1","port":""", rows.Text, StringComparison.Ordinal);
        WireResult text = await Wire.RunAsync("", "stun", address);
        Assert.Contains($"is what {address} sees, after 1 request", text.Text, StringComparison.Ordinal);
        Assert.Contains("\"answered\":true}", await output.ReadLineAsync(stop.Token), StringComparison.Ordinal);
        await stop.CancelAsync();
        Assert.Equal(ExitStatus.Ok, await server);
    }

    [Fact]
    public async Task Nobody_there_is_a_status_of_its_own()
    {
        using Socket free = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        Assert.Equal(ExitStatus.Usage, (await Wire.RunAsync("", "stun")).Status);
        Assert.Equal(ExitStatus.Usage, (await Wire.RunAsync("", "stun", "127.0.0.1:1", "--listen", "0")).Status);
        Assert.Equal(ExitStatus.Usage, (await Wire.RunAsync("", "stun", "localhost:none")).Status);
        Assert.Equal(ExitStatus.InputOutput, (await Wire.RunAsync("", "stun", "--listen", $"{((IPEndPoint)free.LocalEndPoint!).Port}")).Status);
        free.Close();
        Assert.Equal(ExitStatus.InputOutput, (await Wire.RunAsync("", "stun", "127.0.0.1:1", "--requests", "1")).Status);
    }

    private static long AllocatedBy(int messages)
    {
        byte[] one = Convert.FromHexString("000100002112a4420102030405060708090a0b0c");
        byte[] read = [.. Enumerable.Repeat(one, messages).SelectMany(b => b)];
        return Allocations.Of(() =>
        {
            DecodeOptions options = new();
            Command command = new("stun");
            options.AddTo(command);
            ToolIO io = new() { Input = Stream.Null, Output = Stream.Null, Error = TextWriter.Null };
            using DecodeRun run = new(command.Parse("--json"), options, io, new OutputBuffer(io.Output));
            using StunSession session = new(run);
            Assert.True(session.Feed(read));
        });
    }

    /// <summary>What is written, a line at a time.</summary>
    private sealed class LineStream : MemoryStream
    {
        private readonly System.Threading.Channels.Channel<string> _lines = System.Threading.Channels.Channel.CreateUnbounded<string>();

        public override void Write(byte[] buffer, int offset, int count)
        {
            foreach (string line in System.Text.Encoding.UTF8.GetString(buffer, offset, count).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                _lines.Writer.TryWrite(line);
            }
        }

        public ValueTask<string> ReadLineAsync(CancellationToken stop) => _lines.Reader.ReadAsync(stop);
    }
}
