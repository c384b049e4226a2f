using System.Net.Sockets;
using System.Text.Json.Nodes;
using WireProtocols.Buffers;
using WireProtocols.Cli.Serve;
using WireProtocols.Http1;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Tests.Cli.Serve;

/// <summary>The library's own clients at bad paths: they do what the index says.</summary>
public sealed class BadPathClientTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("frames/rsv/1-text", 1002)]
    [InlineData("frames/length/non-minimal-16", 1002)]
    [InlineData("frames/mask/masked-text", 1002)]
    [InlineData("frames/opcode/3", 1002)]
    [InlineData("close/reason/overlong", 1007)]
    [InlineData("deflate/invalid/block-type", 1007)]
    [InlineData("attacks/announced-62-bits", 1009)]
    public async Task Connect_fails_the_connection_with_the_code(string path, int code)
    {
        await using WireServer server = await BadPathTests.StartAsync();
        WireResult result = await Wire.RunAsync("", "connect", $"ws://{server.EndPoint}/bad/ws/{path}", "--echo", "--json");
        Assert.Equal(ExitStatus.Violation, result.Status);
        JsonNode close = result.Lines.Select(l => JsonNode.Parse(l)!)
            .Last(r => (string?)r["from"] == "client" && (string?)r["opcode"] == "close");
        Assert.Equal(code, (int)close["closeCode"]!);
    }

    [Theory]
    [InlineData("handshake/refused/accept/of-another-key")]
    [InlineData("handshake/refused/extensions/unknown")]
    [InlineData("handshake/refused/subprotocol/unknown")]
    [InlineData("close/lost/inside-the-head")]
    public async Task Connect_opens_nothing(string path)
    {
        await using WireServer server = await BadPathTests.StartAsync();
        WireResult result = await Wire.RunAsync("", "connect", $"ws://{server.EndPoint}/bad/ws/{path}", "--echo", "--json");
        Assert.NotEqual(ExitStatus.Ok, result.Status);
        Assert.DoesNotContain("\"kind\":\"frame\",\"from\":\"client\"", result.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"kind\":\"end\",\"closeCode\"", result.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("chunked/bad-size/plus")]
    [InlineData("chunked/overflow/64-bits")]
    [InlineData("chunked/data-end/two-letters")]
    [InlineData("chunked/lines/bare-lf-behind-size")]
    [InlineData("http1/framing/length/two-different")]
    [InlineData("http1/framing/length/invalid/letters")]
    [InlineData("http1/cut-off/length-some")]
    [InlineData("http1/status-line/bad/words")]
    [InlineData("http1/attacks/trailers/many-lines")]
    public async Task The_HTTP_client_takes_no_response(string path)
    {
        await using WireServer server = await BadPathTests.StartAsync();
        Exception? thrown = await Record.ExceptionAsync(() => GetAsync(server, path));
        Assert.True(thrown is WireProtocolException or IOException, $"{thrown}");
    }

    [Theory]
    [InlineData("http1/framing/no-body/204-with-length", "204 ")]
    [InlineData("http1/behind/garbage", "200 hello")]
    [InlineData("http1/trailers/status", "200 hello")]
    public async Task The_HTTP_client_takes_what_was_right(string path, string expected)
    {
        await using WireServer server = await BadPathTests.StartAsync();
        Assert.Equal(expected, await GetAsync(server, path));
    }

    [Theory]
    [InlineData("status/404", "")]
    [InlineData("content-type/wrong-html", "")]
    [InlineData("attacks/endless-data-line", "wire-end")]
    [InlineData("bad-utf-8/ff", "a\ufffdb, wire-end")]
    [InlineData("name/data-upper", "a, wire-end")]
    [InlineData("unfinished/data", "wire-end")]
    [InlineData("broken/size-prefixed", "a, b\nc, wire-end")]
    public async Task The_event_stream_client_sees_what_is_right(string path, string expected)
    {
        await using WireServer server = await BadPathTests.StartAsync();
        using SocketsHttpHandler handler = EventStreamClient.CreateHandler();
        using HttpClient http = new(handler);
        List<string> seen = [];
        Exception? thrown = await Record.ExceptionAsync(async () =>
        {
            EventStreamClientOptions options = new() { MaxAttempts = 1 };
            await using EventStreamClient client = new(http, new Uri($"http://{server.EndPoint}/bad/sse/{path}"), options);
            while (!seen.Contains("wire-end") && await client.WaitToReadAsync(Stop))
            {
                while (!seen.Contains("wire-end") && client.TryRead(out EventStreamElement element))
                {
                    seen.AddRange(element.Kind == EventStreamElementKind.Event ? [element.ToEvent().Data] : []);
                }
            }
        });
        Assert.Equal(expected, string.Join(", ", seen));
        Assert.Equal(expected.Length == 0, thrown is not null);
    }

    private static async Task<string> GetAsync(WireServer server, string path)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.EndPoint, Stop);
        await using SocketTransport transport = new(socket);
        await using Http1ClientConnection connection = new(transport);
        connection.StartRequest("GET", $"/bad/{path}", Http1BodyFraming.None, ("Host", $"{server.EndPoint}")).Complete();
        Http1Response response = await connection.ReceiveAsync(Stop);
        using StreamReader reader = new(response.Body.AsStream());
        return $"{response.StatusCode} {await reader.ReadToEndAsync(Stop)}";
    }
}
