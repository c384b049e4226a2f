using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace WireProtocols.InteropTests.ProxyProtocol;

/// <summary>Asks <c>/peer</c> through a proxy, and knows who it is itself.</summary>
public static class PeerRequest
{
    private static readonly byte[] Request = "GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"u8.ToArray();

    /// <summary>Asks over TCP, or over TLS where a name to ask for is given.</summary>
    /// <returns>What the server says, and the client's own end.</returns>
    public static async Task<(JsonElement Peer, string Self)> SendAsync(int port, string? serverName = null)
    {
        using Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await socket.ConnectAsync(IPAddress.Loopback, port);
        await using NetworkStream plain = new(socket);
        if (serverName is null)
        {
            return (Parse(await ExchangeAsync(plain, Request)), $"{socket.LocalEndPoint}");
        }

        await using SslStream secure = new(plain, false, (_, peer, _, _) => peer?.Subject == $"CN={serverName}");
        SslClientAuthenticationOptions tls = new() { TargetHost = serverName, ApplicationProtocols = [SslApplicationProtocol.Http11] };
        await secure.AuthenticateAsClientAsync(tls, TestContext.Current.CancellationToken);
        return (Parse(await ExchangeAsync(secure, Request)), $"{socket.LocalEndPoint}");
    }

    /// <summary>Sends bytes and reads to the end.</summary>
    public static async Task<string> ExchangeAsync(Stream stream, ReadOnlyMemory<byte> bytes)
    {
        await stream.WriteAsync(bytes, TestContext.Current.CancellationToken);
        using StreamReader reader = new(stream, Encoding.UTF8, leaveOpen: true);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    public static JsonElement Parse(string response)
    {
        Assert.StartsWith("HTTP/1.1 200 ", response, StringComparison.Ordinal);
        return JsonDocument.Parse(response[(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]).RootElement;
    }

    /// <summary>The value of a TLV; null where there is none.</summary>
    public static byte[]? Tlv(JsonElement peer, string type)
        => peer.GetProperty("tlvs").EnumerateArray().Where(t => t.GetProperty("type").GetString() == type)
            .Select(t => t.GetProperty("value").GetBytesFromBase64()).FirstOrDefault();
}
