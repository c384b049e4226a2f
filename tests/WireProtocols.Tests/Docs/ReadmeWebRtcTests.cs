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
}
