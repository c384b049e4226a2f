using System.IO.Pipelines;
using System.Net;
using System.Text;
using WireProtocols.ProxyProtocol;
using WireProtocols.Transports;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about the PROXY protocol, where it compiles.</summary>
internal static class ReadmeProxyProtocol
{
    public static TransportListener Listen(IPEndPoint endPoint, TextWriter output)
    {
        ProxyListenerOptions proxies = new()
        {
            Trusted = [IPNetwork.Parse("10.0.0.0/8")],
            Refused = (peer, why) => output.WriteLine($"{peer}: {why.Message}"),
        };
        TransportListener listener = TransportListener.Start(
            endPoint,
            async (transport, peer) =>
            {
                await transport.Output.WriteAsync(Encoding.UTF8.GetBytes($"You are {peer.EndPoint}, and came through {peer.SocketEndPoint}.\n"));
            },
            new TransportListenerOptions { ProxyProtocol = proxies });
        return listener;
    }

    public static async Task WriteAsync(PipeWriter output, IPEndPoint client, IPEndPoint server)
    {
        OwnedProxyTlv name = OwnedProxyTlv.FromText(ProxyTlvType.Authority, "example.com");
        ProxyHeaderWriter.WriteVersion2(output, client, server, [name, OwnedProxyTlv.Checksum]);
        await output.FlushAsync();
    }
}
