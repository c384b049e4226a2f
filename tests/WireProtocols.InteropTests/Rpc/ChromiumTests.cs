using System.Text.Json.Nodes;

namespace WireProtocols.InteropTests.Rpc;

/// <summary>A page in Chromium calls <c>wire serve</c> by gRPC-Web with plain fetch: from the server's own origin, and from another one.</summary>
public sealed class ChromiumTests(ServeFixture serve)
{
    /// <summary>A client of gRPC-Web in thirty lines.</summary>
    private const string Client = """
        self.call = async (url, type, message, metadata = {}) => {
          const text = type.includes('text');
          const utf8 = new TextEncoder().encode(message);
          const body = new Uint8Array(5 + utf8.length);
          new DataView(body.buffer).setUint32(1, utf8.length);
          body.set(utf8, 5);
          const response = await fetch(url, {
            method: 'POST',
            headers: { 'content-type': type, 'x-grpc-web': '1', ...metadata },
            body: text ? btoa(String.fromCharCode(...body)) : body,
          });
          let bytes;
          if (text) {
            // Each flush of the server has padding of its own.
            const pieces = (await response.text()).match(/[^=]+=*/g) ?? [];
            bytes = Uint8Array.from(pieces.flatMap(p => [...atob(p)].map(c => c.charCodeAt(0))));
          } else {
            bytes = new Uint8Array(await response.arrayBuffer());
          }
          const result = { http: response.status, type: response.headers.get('content-type'), echo: response.headers.get('echo-id'), messages: [] };
          const read = part => new TextDecoder().decode(part);
          const trailers = new Headers();
          for (let at = 0; at < bytes.length;) {
            const length = new DataView(bytes.buffer).getUint32(at + 1);
            const payload = read(bytes.subarray(at + 5, at + 5 + length));
            if (bytes[at] & 0x80) {
              for (const line of payload.trim().split('\r\n')) {
                trailers.append(line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim());
              }
            } else {
              result.messages.push(payload);
            }
            at += 5 + length;
          }
          // A call that ends without a message may say so in the head: then a page of another origin sees it where it is exposed.
          result.status = trailers.get('grpc-status') ?? response.headers.get('grpc-status');
          result.message = decodeURIComponent(trailers.get('grpc-message') ?? response.headers.get('grpc-message') ?? '');
          return JSON.stringify(result);
        };
        0
        """;

    [Theory]
    [InlineData("application/grpc-web+proto")]
    [InlineData("application/grpc-web-text")]
    public async Task A_page_of_the_server_calls_it(string type)
    {
        await using Chromium browser = await StartAsync();
        using Chromium.Page page = await browser.OpenAsync(serve.Http + "/");
        await AssertCallsAsync(page, serve.Http, type);
    }

    [Theory]
    [InlineData("application/grpc-web+proto", false)]
    [InlineData("application/grpc-web-text", false)]
    [InlineData("application/grpc-web-text", true)]
    public async Task A_page_of_an_origin_that_is_allowed_calls_it(string type, bool isAny)
    {
        await using Chromium browser = await StartAsync();
        await using LoopbackServer pages = StartPages();
        await using AllowingServe allowing = new(isAny ? "*" : Origin(pages));
        await allowing.InitializeAsync();
        using Chromium.Page page = await browser.OpenAsync(Origin(pages) + "/");
        await AssertCallsAsync(page, allowing.Http, type);
    }

    [Fact]
    public async Task A_page_of_another_origin_gets_nothing()
    {
        await using Chromium browser = await StartAsync();
        await using LoopbackServer pages = StartPages();
        await using AllowingServe allowing = new("http://example.com");
        await allowing.InitializeAsync();
        using Chromium.Page page = await browser.OpenAsync(Origin(pages) + "/");
        await page.EvaluateAsync(Client);
        foreach (string server in (string[])[allowing.Http, serve.Http])
        {
            Assert.Equal("TypeError", (string?)await page.EvaluateAsync(
                $"call('{server}/wire.Echo/Unary', 'application/grpc-web+proto', 'x').then(() => 'answered', e => e.name)"));

            // What needs no question before it is sent, and is not to be read all the same.
            Assert.Equal("TypeError", (string?)await page.EvaluateAsync(
                $"fetch('{server}/wire.Echo/Unary?connect=v1&encoding=json&message=1').then(r => r.text()).catch(e => e.name)"));
        }
    }

    private static string Origin(LoopbackServer pages) => pages.Uri.GetLeftPart(UriPartial.Authority);

    private static LoopbackServer StartPages()
        => new((exchange, _) => exchange.RespondAsync(200, "<!doctype html><title>page</title>"u8.ToArray(), ("Content-Type", "text/html")));

    private static async Task<Chromium> StartAsync()
    {
        Chromium? browser = await Chromium.TryStartAsync();
        Assert.SkipWhen(browser is null, "Chromium is not installed.");
        return browser!;
    }

    private static async Task AssertCallsAsync(Chromium.Page page, string server, string type)
    {
        await page.EvaluateAsync(Client);
        string large = new('x', 3000);
        JsonNode unary = await CallAsync("Unary", "hello €" + large, new() { ["echo-id"] = "42" });
        Assert.Equal((200, "0", "42"), ((int)unary["http"]!, (string?)unary["status"], (string?)unary["echo"]));
        Assert.StartsWith(type.Split('+')[0], (string?)unary["type"], StringComparison.Ordinal);
        Assert.Equal(["hello €" + large], Messages(unary));

        JsonNode streamed = await CallAsync("ServerStreaming", "again", new() { ["echo-repeat"] = "5" });
        Assert.Equal("0", (string?)streamed["status"]);
        Assert.Equal(Enumerable.Repeat("again", 5), Messages(streamed));

        foreach (string method in (string[])["Unary", "ServerStreaming"])
        {
            JsonNode refused = await CallAsync(method, "x", new() { ["echo-status"] = "9", ["echo-message"] = "100%25 : %C3%A9%E2%82%AC%0A" });
            Assert.Equal((200, "9", "100% : é€\n"), ((int)refused["http"]!, (string?)refused["status"], (string?)refused["message"]));
            Assert.Empty(Messages(refused));
        }

        async Task<JsonNode> CallAsync(string method, string message, JsonObject metadata)
        {
            string arguments = $"'{server}/wire.Echo/{method}', '{type}', {JsonValue.Create(message)!.ToJsonString()}, {metadata.ToJsonString()}";
            return JsonNode.Parse((string)(await page.EvaluateAsync($"call({arguments})"))!)!;
        }

        static IEnumerable<string?> Messages(JsonNode result) => result["messages"]!.AsArray().Select(m => (string?)m);
    }

    /// <summary>A server that lets pages of an origin call it.</summary>
    private sealed class AllowingServe(string origin) : ServeFixture
    {
        protected override string[] Arguments => ["--allow-origin", origin];
    }
}
