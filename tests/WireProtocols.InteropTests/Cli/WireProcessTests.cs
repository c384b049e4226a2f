using System.Diagnostics;
using System.Net.WebSockets;

namespace WireProtocols.InteropTests.Cli;

public class WireProcessTests
{
    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task Serve_drains_on_a_signal_and_ends_with_status_0(string signal)
    {
        using Process wire = WireProcess.Start("serve", "--port", "0");
        string line = (await wire.StandardOutput.ReadLineAsync())!;
        Assert.StartsWith("Listening on http://127.0.0.1:", line, StringComparison.Ordinal);
        using ClientWebSocket client = new();
        await client.ConnectAsync(new Uri(line["Listening on ".Length..].Replace("http", "ws", StringComparison.Ordinal) + "/ws/echo"), default);
        await WireProcess.SignalAsync(wire, signal);

        ValueWebSocketReceiveResult received = await client.ReceiveAsync(new byte[100].AsMemory(), default);
        Assert.Equal(
            (WebSocketMessageType.Close, (WebSocketCloseStatus?)WebSocketCloseStatus.EndpointUnavailable),
            (received.MessageType, client.CloseStatus));
        await client.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "", default);

        await wire.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await wire.StandardError.ReadToEndAsync());
        Assert.Equal(0, wire.ExitCode);
    }

    [Fact]
    public async Task Decode_ends_quietly_when_nobody_reads_its_output()
    {
        using Process wire = WireProcess.Start("decode", "varint", "--json");
        await wire.StandardInput.BaseStream.WriteAsync(new byte[10]);
        await wire.StandardInput.BaseStream.FlushAsync();
        Assert.StartsWith("{\"kind\":\"varint\"", await wire.StandardOutput.ReadLineAsync(), StringComparison.Ordinal);
        wire.StandardOutput.Dispose();
        try
        {
            while (!wire.HasExited)
            {
                await wire.StandardInput.BaseStream.WriteAsync(new byte[1000]);
                await wire.StandardInput.BaseStream.FlushAsync();
            }
        }
        catch (IOException)
        {
            // It went away while we wrote.
        }

        await wire.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await wire.StandardError.ReadToEndAsync());
        Assert.Equal(0, wire.ExitCode);
    }

    [Fact]
    public async Task Decode_prints_what_is_complete_while_the_pipe_stays_open_and_ends_quietly_on_an_interrupt()
    {
        using Process wire = WireProcess.Start("decode", "varint", "--json");
        await wire.StandardInput.BaseStream.WriteAsync(new byte[] { 0x25, 0x40 });
        await wire.StandardInput.BaseStream.FlushAsync();
        Assert.Equal("""{"kind":"varint","offset":0,"value":37,"length":1,"minimal":true}""", await wire.StandardOutput.ReadLineAsync());
        await WireProcess.SignalAsync(wire, "INT");
        await wire.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal("", await wire.StandardError.ReadToEndAsync());
        Assert.Equal(0, wire.ExitCode);
    }
}
