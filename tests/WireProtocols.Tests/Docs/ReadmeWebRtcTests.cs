using System.Net;
using System.Net.Sockets;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about WebRTC does what it says.</summary>
public sealed class ReadmeWebRtcTests
{
    [Fact]
    public async Task A_server_is_asked()
    {
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task server = StunServer.RunAsync(listener, null, end.Token);
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(listener.LocalEndPoint!, end.Token);
        StringWriter output = new() { NewLine = "" };
        await Task.Run(() => ReadmeWebRtc.Ask(socket, new byte[1500], output), end.Token);
        Assert.Equal(socket.LocalEndPoint!.ToString(), output.ToString());
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => server);
    }

    [Fact]
    public void Channels_are_opened_and_echo()
    {
        DataChannelAssociation ours = new(isDtlsClient: true);
        DataChannelAssociation theirs = new(isDtlsClient: false);
        theirs.Connect(TimeSpan.Zero);
        List<string> got = [];
        for (int second = 0; second < 10; second++)
        {
            TimeSpan now = TimeSpan.FromSeconds(second);
            ours.Advance(now);
            theirs.Advance(now);
            while (theirs.TryGetPacket(now, out ReadOnlyMemory<byte> packet))
            {
                ours.Receive(packet.Span, now);
            }

            ReadmeWebRtc.Round(ours, now, packet => theirs.Receive(packet.Span, now));
            while (theirs.TryGetEvent(now, out DataChannelEvent happened))
            {
                got.Add($"{happened.Kind} {happened.Channel?.Label}");
                if (happened.Kind == DataChannelEventKind.PeerOpened)
                {
                    theirs.TrySend(happened.Channel!, "hi"u8, true, now);
                }
            }
        }

        Assert.Equal(["Connected ", "PeerOpened chat", "Message chat"], got);
    }
}
