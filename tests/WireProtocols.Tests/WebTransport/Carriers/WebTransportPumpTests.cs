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
    public async Task A_stream_whose_answer_is_not_read_can_be_paused_and_goes_on_when_there_is_room()
    {
        (IQuicCarrier first, IQuicCarrier second) = QuicCarrier.CreatePair(new QuicPairOptions { StreamWindow = 16 });
        using WebTransportConnection client = new(WebTransportRole.Client, first);
        using WebTransportConnection server = new(WebTransportRole.Server, second);
        TaskCompletionSource<WebTransportSession> open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource paused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        TaskCompletionSource<int> echoed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        List<string> rows = [];
        int received = 0;
        WebTransportPump clientPump = new(client, first, item =>
        {
            switch (item.Kind)
            {
                case WebTransportEventKind.Ready:
                    client.Connect("example.com", "/");
                    break;
                case WebTransportEventKind.SessionOpened:
                    open.SetResult(item.Session!);
                    break;
                case WebTransportEventKind.StreamData:
                    received += item.Data.Length;
                    break;
                case WebTransportEventKind.StreamFinished:
                    echoed.SetResult(received);
                    break;
            }
        });
        WebTransportPump serverPump = new(server, second, item =>
        {
            WebTransportSession session = item.Session!;
            switch (item.Kind)
            {
                case WebTransportEventKind.SessionRequested:
                    session.Accept();
                    break;
                case WebTransportEventKind.StreamData:
                    rows.Add($"{session.GetRoom(item.StreamId)} for {item.Data.Length}");
                    session.Send(item.StreamId, item.Data.Span);
                    if (session.GetRoom(item.StreamId) == 0)
                    {
                        rows.Add("paused");
                        session.PauseStream(item.StreamId);
                        paused.TrySetResult();
                    }

                    break;
                case WebTransportEventKind.StreamWritable:
                    rows.Add("writable");
                    session.ResumeStream(item.StreamId);
                    break;
                case WebTransportEventKind.StreamFinished:
                    rows.Add("finished");
                    session.Send(item.StreamId, default, endStream: true);
                    rows.Add($"{session.GetRoom(item.StreamId)} when over");
                    break;
            }
        });
        Task running = Task.WhenAll(clientPump.RunAsync(), serverPump.RunAsync());
        WebTransportSession asking = await open.Task;
        long stream = -1;
        await clientPump.InvokeAsync(_ =>
        {
            asking.TryOpenStream(WebTransportStreamDirection.Bidirectional, out stream);
            asking.PauseStream(stream);
            asking.Send(stream, new byte[40]);
        });
        await paused.Task;
        await clientPump.InvokeAsync(_ => asking.Send(stream, new byte[2], endStream: true));
        await clientPump.InvokeAsync(_ => asking.ResumeStream(stream));
        Assert.Equal(42, await echoed.Task);
        Assert.Equal(["16 for 40", "paused", "writable", "16 for 2", "finished", "0 when over"], rows);
        await clientPump.InvokeAsync(c => c.Close());
        await running;
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
