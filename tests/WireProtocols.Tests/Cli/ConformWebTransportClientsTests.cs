using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using WireProtocols.Cli;
using WireProtocols.Cli.IO;
using WireProtocols.Tests.Conformance.WebTransportServers;

namespace WireProtocols.Tests.Cli;

/// <summary><c>wire conform --listen PORT --subject webtransport</c>: clients come over the relay, as from a process that has QUIC.</summary>
public partial class ConformWebTransportClientsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(WebTransportDefect.None, "webtransport-client/connect/*", 0)]
    [InlineData(WebTransportDefect.None, "webtransport-client/connect/answer/404", 0)]
    [InlineData(WebTransportDefect.AnyStatus, "webtransport-client/connect/answer/404", 1)]
    [InlineData(WebTransportDefect.AnyMethod, "webtransport-client/connect/request/method", 1)]
    public async Task Clients_in_a_loop_are_examined(WebTransportDefect defect, string filter, int status)
    {
        ListeningLine output = new();
        Task<int> examining = WireTool.RunAsync(
            ["conform", "--listen", "0", "--subject", "webtransport", "--filter", filter, "--timeout", "20", "--json"],
            new ToolIO { Input = Stream.Null, Output = output, Error = TextWriter.Null },
            Stop);
        await Task.WhenAny(output.Line, examining);
        Match first = Announcement().Match(await output.Line);
        Assert.True(first.Success, await output.Line);
        int port = int.Parse(first.Groups[1].Value, CultureInfo.InvariantCulture);
        while (!examining.IsCompleted)
        {
            await ConnectOnceAsync(port, defect);
        }

        string[] rows = Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(status == await examining, string.Join('\n', rows));
        using JsonDocument summary = JsonDocument.Parse(rows[^1]);
        Assert.Equal(status, summary.RootElement.GetProperty("failed").GetInt32());
        Assert.Equal(rows.Length - 2, rows.Count(r => r.Contains("\"kind\":\"case\"", StringComparison.Ordinal)));
        Assert.True(rows.Length > 2);
    }

    [GeneratedRegex("^Listening on https://127\\.0\\.0\\.1:([0-9]+)/")]
    private static partial Regex Announcement();

    /// <summary>A client whose QUIC is two relays with their sockets joined: to each the other is the process that has the connection.</summary>
    private static async Task ConnectOnceAsync(int port, WebTransportDefect defect)
    {
        ArrayBufferWriter<byte> open = new();
        new RelayMessage(RelayKind.Open, 0, 1200, 0).WriteTo(open, default);
        using Socket tool = new(SocketType.Stream, ProtocolType.Tcp);
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using Socket far = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await tool.ConnectAsync(IPAddress.Loopback, port, Stop);
            await tool.SendAsync(open.WrittenMemory, Stop);
        }
        catch (SocketException)
        {
            // The examiner is done.
            return;
        }

        await far.ConnectAsync(listener.LocalEndpoint, Stop);
        await far.SendAsync(open.WrittenMemory, Stop);
        RelayCarrier? carrier = await RelayCarrier.OpenAsync(await listener.AcceptSocketAsync(Stop), Stop);
        Task pumping = Task.WhenAll(PumpAsync(far, tool), PumpAsync(tool, far));
        await using (carrier)
        {
            await new WebTransportSubject(carrier!, defect, isClient: true).RunAsync(Stop);
        }

        await pumping;
    }

    private static async Task PumpAsync(Socket from, Socket to)
    {
        byte[] buffer = new byte[16 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer, Stop) is > 0 and int length)
            {
                for (ReadOnlyMemory<byte> rest = buffer.AsMemory(0, length); !rest.IsEmpty;)
                {
                    rest = rest[await to.SendAsync(rest, Stop)..];
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // One side is gone.
            to.Dispose();
        }
        catch (ObjectDisposedException)
        {
            // The other pump has said so.
        }
    }
}
