using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using WireProtocols.ProxyProtocol;
using WireProtocols.Transports;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about the PROXY protocol does what it says.</summary>
public sealed class ReadmeProxyProtocolTests
{
    [Fact]
    public async Task A_peer_of_another_network_is_refused_and_told_of()
    {
        TaskCompletionSource refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        StringWriter output = new() { NewLine = "" };
        await using TransportListener listener = ReadmeProxyProtocol.Listen(new IPEndPoint(IPAddress.Loopback, 0), new Told(output, refused));
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        client.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        string self = $"{client.LocalEndPoint}";
        try
        {
            await client.ConnectAsync(listener.LocalEndPoint);
        }
        catch (SocketException)
        {
            // Refused before connecting has ended.
        }

        await refused.Task;
        Assert.Equal($"{self}: The peer is not among those that are trusted to name their clients.", output.ToString());
    }

    [Fact]
    public async Task What_is_written_reads_back()
    {
        Pipe pipe = new();
        IPEndPoint client = new(IPAddress.Parse("192.0.2.7"), 4711);
        await ReadmeProxyProtocol.WriteAsync(pipe.Writer, client, new IPEndPoint(IPAddress.Loopback, 443));
        using ProxyHeaderReader reader = new(pipe.Reader);
        OwnedProxyHeader header = (await reader.ReadAsync())!;
        Assert.Equal(client, header.Source);
        Assert.Equal([ProxyTlvType.Authority, ProxyTlvType.Checksum], header.Tlvs.Select(t => t.Type));
    }

    /// <summary>Tells when a line has been written.</summary>
    private sealed class Told(StringWriter inner, TaskCompletionSource told) : TextWriter
    {
        public override System.Text.Encoding Encoding => inner.Encoding;

        public override void WriteLine(string? value)
        {
            inner.WriteLine(value);
            told.SetResult();
        }
    }
}
