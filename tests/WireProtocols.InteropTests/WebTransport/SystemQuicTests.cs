using System.Net.Quic;
using System.Runtime.Versioning;
using System.Text;
using WireProtocols.InteropTests.WebTransport.Carriers;
using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.WebTransport;

/// <summary>A session over the platform's QUIC, where it is supported. It has no datagrams, so the ends do without.</summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
public class SystemQuicTests
{
    private static readonly WebTransportConnectionOptions WithoutDatagrams = new() { RequireDatagrams = false, RequireReliableReset = false };

    [Fact]
    public async Task A_session_with_a_stream_a_reset_and_a_close_crosses_the_platforms_QUIC()
    {
        Assert.SkipWhen(SystemQuic.Missing is not null, SystemQuic.Missing ?? "");
        (QuicListener listener, QuicConnection clientQuic, QuicConnection serverQuic) = await SystemQuic.ConnectAsync(new CarrierSettings());
        await using QuicListener listening = listener;
        await using SystemQuicCarrier clientEnd = new(clientQuic);
        await using SystemQuicCarrier serverEnd = new(serverQuic);

        using WebTransportConnection server = new(WebTransportRole.Server, serverEnd, WithoutDatagrams);
        using WebTransportConnection client = new(WebTransportRole.Client, clientEnd, WithoutDatagrams);
        TaskCompletionSource<string> closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task serving = new WebTransportPump(server, serverEnd, item => Answer(item, closed)).RunAsync();
        StringBuilder seen = new();
        Task asking = new WebTransportPump(client, clientEnd, item => Ask(item, client, seen)).RunAsync();
        Assert.Equal("7 enough", await closed.Task.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal("hello|finished|reset 5", seen.ToString());
        client.Close();
        await Task.WhenAll(serving, asking);
    }

    /// <summary>One thing after the other: what is on two streams has no order.</summary>
    private static void Ask(WebTransportEvent item, WebTransportConnection client, StringBuilder seen)
    {
        switch (item.Kind)
        {
            case WebTransportEventKind.Ready:
                client.Connect("localhost", "/echo");
                break;
            case WebTransportEventKind.SessionOpened:
                item.Session!.TryOpenStream(WebTransportStreamDirection.Bidirectional, out long stream);
                item.Session.Send(stream, "hello"u8, endStream: true);
                break;
            case WebTransportEventKind.StreamData:
                seen.Append(Encoding.UTF8.GetString(item.Data.Span));
                break;
            case WebTransportEventKind.StreamFinished:
                seen.Append("|finished");
                item.Session!.TryOpenStream(WebTransportStreamDirection.Bidirectional, out long second);
                item.Session.Send(second, "reset me"u8);
                break;
            case WebTransportEventKind.StreamReset:
                seen.Append($"|reset {item.Code}");
                item.Session!.Close(7, "enough");
                break;
        }
    }

    private static void Answer(WebTransportEvent item, TaskCompletionSource<string> closed)
    {
        switch (item.Kind)
        {
            case WebTransportEventKind.SessionRequested:
                item.Session!.Accept();
                break;
            case WebTransportEventKind.StreamData when item.Data.Span.SequenceEqual("reset me"u8):
                item.Session!.ResetStream(item.StreamId, 5);
                break;
            case WebTransportEventKind.StreamData:
                item.Session!.Send(item.StreamId, item.Data.Span);
                break;
            case WebTransportEventKind.StreamFinished:
                item.Session!.Send(item.StreamId, default, endStream: true);
                break;
            case WebTransportEventKind.SessionClosed:
                closed.TrySetResult($"{item.Code} {item.Reason}");
                break;
        }
    }
}
