using System.Text.Json;

namespace WireProtocols.InteropTests.ProxyProtocol;

/// <summary>nginx in front of `wire serve --proxy-protocol`, and behind what this library writes.</summary>
public sealed class NginxTests(ProxyServeFixture server) : IClassFixture<ProxyServeFixture>
{
    public static TheoryData<string> Written => [.. ProxyWritings.Names];

    [Fact]
    public async Task The_client_is_named()
    {
        await using ProxyProgram nginx = await ProxyProgram.StartNginxAsync(port => $$"""
            stream {
              server { listen 127.0.0.1:{{port}}; proxy_pass 127.0.0.1:{{server.Port}}; proxy_protocol on; }
            }
            """);
        (JsonElement peer, string self) = await PeerRequest.SendAsync(nginx.Port);
        Assert.Equal(self, peer.GetProperty("client").GetString());
        Assert.Equal($"127.0.0.1:{nginx.Port}", peer.GetProperty("destination").GetString());
        Assert.Equal(1, peer.GetProperty("version").GetInt32());
    }

    [Theory]
    [MemberData(nameof(Written))]
    public async Task It_reads_what_is_written_here(string name)
    {
        const string Said = "$proxy_protocol_addr $proxy_protocol_port $proxy_protocol_server_addr $proxy_protocol_server_port";
        await using ProxyProgram nginx = await ProxyProgram.StartNginxAsync(port => $$"""
            http {
              access_log off;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              server { listen 127.0.0.1:{{port}} proxy_protocol; location / { return 200 "{{Said}}"; } }
            }
            """);
        ProxyWriting writing = ProxyWritings.Get(name);
        Assert.Equal(writing.Expected, await ProxyWritings.AskAsync(nginx.Port, writing));
    }
}
