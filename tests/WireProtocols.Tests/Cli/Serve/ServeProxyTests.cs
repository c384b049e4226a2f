using System.Net;
using System.Text.Json;
using WireProtocols.Cli.Serve;
using WireProtocols.Transports;

namespace WireProtocols.Tests.Cli.Serve;

/// <summary>`wire serve --proxy-protocol`.</summary>
public sealed class ServeProxyTests
{
    private const string Request = "GET /peer HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    [Fact]
    public async Task A_route_says_who_the_client_is()
    {
        await using WireServer server = await StartAsync(new ProxyListenerOptions { Trusted = ProxyListenerOptions.Loopback });
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        await client.SendAsync("PROXY TCP6 2001:db8::7 2001:db8::1 4711 443\r\n" + Request);
        string response = await client.ReadTextToEndAsync();
        using JsonDocument peer = JsonDocument.Parse(response[(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        Assert.Equal("[2001:db8::7]:4711", peer.RootElement.GetProperty("client").GetString());
        Assert.Equal("[2001:db8::1]:443", peer.RootElement.GetProperty("destination").GetString());
        Assert.Equal(1, peer.RootElement.GetProperty("version").GetInt32());
        Assert.StartsWith("127.0.0.1:", peer.RootElement.GetProperty("socket").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_without_a_header_gets_nothing()
    {
        TaskCompletionSource refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using WireServer server = await StartAsync(
            new ProxyListenerOptions { Trusted = ProxyListenerOptions.Loopback, Refused = (_, _) => refused.SetResult() });
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        await client.SendAsync(Request);
        await refused.Task;
        Exception? reset = null;
        string response = "";
        try
        {
            response = await client.ReadTextToEndAsync();
        }
        catch (IOException exception)
        {
            reset = exception;
        }

        Assert.True(reset is not null || response.Length == 0);
    }

    [Fact]
    public async Task Without_the_option_there_is_no_such_route()
    {
        await using WireServer server = await StartAsync(null);
        using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        await client.SendAsync(Request);
        Assert.StartsWith("HTTP/1.1 404 ", await client.ReadTextToEndAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "127.0.0.0/8 ::1/128")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("0.0.0.0/0,::/0", "0.0.0.0/0 ::/0")]
    [InlineData("2001:DB8:0::/32", "2001:db8::/32")]
    [InlineData("10.0.0.7,2001:db8::/32,::1", "10.0.0.7/32 2001:db8::/32 ::1/128")]
    [InlineData("::ffff:10.0.0.7", "10.0.0.7/32")]
    public void Networks_and_addresses_are_trusted(string? value, string expected)
        => Assert.Equal(expected, string.Join(' ', ServeOptions.ParseNetworks(value)!));

    [Theory]
    [InlineData("localhost")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/8,,::1")]
    public async Task What_is_no_network_is_a_mistake_of_use(string value)
        => Assert.Equal(ExitStatus.Usage, (await Wire.RunAsync("", "serve", "--port", "0", "--proxy-protocol", value)).Status);

    [Theory]
    [InlineData("010.0.0.1")]
    [InlineData("10")]
    [InlineData("127.1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("::1,127.1")]
    [InlineData("010.0.0.0/8")]
    [InlineData("10/8")]
    [InlineData("10.0/16")]
    [InlineData("10.0.0.1/8")]
    [InlineData("2001:db8::1/32")]
    [InlineData("::1/0")]
    public void An_address_that_the_platform_reads_as_another_is_none(string value) => Assert.Null(ServeOptions.ParseNetworks(value));

    private static Task<WireServer> StartAsync(ProxyListenerOptions? proxy)
        => WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings { ProxyProtocol = proxy });
}
