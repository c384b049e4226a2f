using WireProtocols.Buffers;
using WireProtocols.Conformance;
using WireProtocols.Conformance.Xunit;
using WireProtocols.Transports;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.Conformance;

/// <summary>The cases as tests of a test project: here of the library's own server.</summary>
public sealed class ConformanceCasesTests : IAsyncLifetime
{
    private readonly TransportListener _listener
        = TransportListener.Start(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0), EchoAsync, new TransportListenerOptions());

    public ValueTask InitializeAsync() => default;

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    [Theory]
    [ConformanceCases("websocket", Filter = "ws/frames/*")]
    [ConformanceCases("websocket", Filter = "ws/control/*")]
    [ConformanceCases("websocket", Filter = "ws/close/*")]
    public async Task The_librarys_server_keeps_every_sentence(string id)
    {
        ConformanceResult result = await ConformanceRunner.PlayAsync(
            new Uri($"ws://{_listener.LocalEndPoint}/"), ConformanceSuite.FindCase(id)!, null, TestContext.Current.CancellationToken);
        Assert.True(result.Verdict is ConformanceVerdict.Pass or ConformanceVerdict.Info, $"{result.Verdict}: {result.Finding.Got}");
    }

    [Fact]
    public void Every_known_attack_has_its_cases()
    {
        ConformanceCase[] all = [.. ConformanceSuite.All.SelectMany(s => s.Cases)];
        Assert.All(KnownAttacks.Endings, end => Assert.Contains(all, c => c.Id.EndsWith(end, StringComparison.Ordinal)));
        Assert.Equal(["CVE-2025-22871 (Go net/http)"], ConformanceSuite.FindCase("http1/chunked/lines/bare-lf-behind-size")!.Advisories);
        Assert.Empty(ConformanceSuite.FindCase("ws/frames/length/text-0")!.Advisories);
    }

    [Fact]
    public async Task A_filter_that_matches_nothing_is_said()
    {
        ConformanceCasesAttribute none = new("websocket") { Filter = "http1/*" };
        await Assert.ThrowsAsync<ArgumentException>(async () => await none.GetData(null!, null!));
        ConformanceCasesAttribute clients = new("sse") { OfClients = true };
        Assert.Equal(ConformanceSuite.EventStreamClients.Cases.Count, (await clients.GetData(null!, null!)).Count);
        Assert.Null(ConformanceSuite.FindCase("ws/none"));
    }

    private static async Task EchoAsync(IWireTransport transport)
    {
        await using WebSocketConnection? connection = await WebSocketServer.AcceptAsync(transport);
        if (connection is null)
        {
            return;
        }

        try
        {
            while (await connection.ReceiveAsync() is { } message)
            {
                using (message)
                {
                    await connection.SendAsync(message.Opcode, message.Payload);
                }
            }
        }
        catch (Exception exception) when (exception is WebSocketProtocolException or WebSocketClosedException)
        {
            // The peer has been told, or is gone.
        }
    }
}
