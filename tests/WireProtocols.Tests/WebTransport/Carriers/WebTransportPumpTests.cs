using WireProtocols.Fuzz.WebTransport;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

public class WebTransportPumpTests
{
    [Fact]
    public async Task Two_pumps_over_a_pair_of_carriers_carry_a_session()
    {
        (IQuicCarrier first, IQuicCarrier second) = QuicCarrier.CreatePair();
        using WebTransportConnection client = new(WebTransportRole.Client, first);
        using WebTransportConnection server = new(WebTransportRole.Server, second);
        TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<string> echoed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        WebTransportPump clientPump = new(client, first, item =>
        {
            if (item.Kind == WebTransportEventKind.Ready)
            {
                ready.SetResult();
            }
            else if (item.Kind == WebTransportEventKind.Datagram)
            {
                echoed.SetResult(Convert.ToHexStringLower(item.Data.Span));
            }
        });
        WebTransportPump serverPump = new(server, second, item =>
        {
            if (item.Kind == WebTransportEventKind.SessionRequested)
            {
                item.Session!.Accept();
            }
            else if (item.Kind == WebTransportEventKind.Datagram)
            {
                item.Session!.SendDatagram(item.Data.Span);
            }
        });

        Task running = Task.WhenAll(clientPump.RunAsync(), serverPump.RunAsync());
        await ready.Task;
        await clientPump.InvokeAsync(c => c.Connect("example.com", "/").SendDatagram([1, 2, 3]));
        Assert.Equal("010203", await echoed.Task);
        await clientPump.InvokeAsync(c => c.Close());
        await running;
        Assert.True(client.IsClosed && server.IsClosed);
    }

    [Fact]
    public async Task A_carrier_that_breaks_off_ends_the_sessions()
    {
        (IQuicCarrier first, IQuicCarrier second) = QuicCarrier.CreatePair();
        using WebTransportConnection server = new(WebTransportRole.Server, second);
        EventRows rows = new();
        WebTransportPump pump = new(server, second, item =>
        {
            rows.Add(item);
            (item.Kind == WebTransportEventKind.SessionRequested ? item.Session : null)?.Accept();
        });
        first.SendStream(2, Convert.FromHexString("0004073301ac7cf00001"), false);
        first.SendStream(0, Convert.FromHexString(SessionScript.Request()), false);
        await first.DisposeAsync();
        await pump.RunAsync();
        Assert.Equal(["ready", "requested 0 example.com /", "closed 0 0x100 ''", "over 0x100"], rows.Rows);
    }

    [Fact]
    public async Task Cancelling_leaves_the_connection_as_it_was()
    {
        (IQuicCarrier first, IQuicCarrier second) = QuicCarrier.CreatePair();
        using WebTransportConnection server = new(WebTransportRole.Server, second);
        WebTransportPump pump = new(server, second, _ => { });
        using CancellationTokenSource source = new();
        Task running = pump.RunAsync(source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.False(server.IsClosed);
        first.SendStream(2, new byte[] { 0x00, 0x00 }, false);
        await pump.RunAsync();
        Assert.True(server.IsClosed);
    }
}
