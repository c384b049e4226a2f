using System.Text.Json.Nodes;

namespace WireProtocols.InteropTests.Cli.Page;

/// <summary>The page of `wire serve` in Chromium: each transport is started, and its bytes and what they mean are there.</summary>
public sealed class PageTests(ServeFixture server)
{
    [Fact]
    public async Task Each_transport_shows_its_bytes_and_what_the_browser_made_of_them()
    {
        (Chromium browser, Chromium.Page page) = await ServePage.OpenAsync(server.Http, "#ws?fragment=5&ping=hello");
        await using Chromium closing = browser;
        using Chromium.Page disposing = page;
        await ServePage.HasAsync(
            page,
            "HTTP/1.1 101 Switching Protocols",
            "ping frame, 5 bytes: “hello”",
            "pong frame, masked, 5 bytes: “hello”",
            "text frame, masked, 13 bytes: “Hello, 世界”",
            "continuation frame, more fragments follow, 5 bytes");
        await ServePage.ClickAsync(page, "Close with code");
        await ServePage.HasAsync(page, "close frame, masked, 6 bytes: 1000 “done”", "close frame, 2 bytes: 1000");
        await ShowsAsync(page, "#ws?deflate=1", "compressed: “Hello, 世界”", "inflated: 13 bytes (not on the wire)");
        await ShowsAsync(page, "#chat", "GET /ws/chat?deflate=off&wire=", "text frame, 13 bytes: “Hello, 世界”");
        await ShowsAsync(page, "#sse?interval=50", "comment “an event every 50 ms”", "retry: 1000", "message 2: “");
        await ShowsAsync(page, "#tokens?count=3&interval=1", "message: “[DONE]”", "{\"index\":2,\"delta\":\" is\"}");
        await ShowsAsync(page, "#ndjson?count=2&interval=1", "chunk, ", "last chunk: the body ends", "{\"tick\":2");
        await ShowsAsync(page, "#echo", "POST /echo?wire=", "body, 13 bytes: “Hello, 世界”", "chunk, 13 bytes: “Hello, 世界”");
        await ShowsAsync(page, "#long", "GET /poll?timeout=10000&since=0", "answer 200");
        await ShowsAsync(page, "#short?every=20", "HTTP/1.1 304 Not Modified", "nothing new");
        await ShowsAsync(page, "#rpc", "body, 18 bytes: message, 13 bytes: “Hello, 世界”", "trailers, 16 bytes: “grpc-status: 0");
        await ShowsAsync(page, "#raw?preset=Chunks+with+trailers", "last chunk, with trailers: Checksum: 1c291ca3");
        Assert.Empty(page.Complaints);
        Assert.Equal(0, (int?)await page.EvaluateAsync("document.querySelectorAll('.bad').length"));
    }

    [Fact]
    public async Task Every_byte_of_what_is_shown_has_a_meaning()
    {
        (Chromium browser, Chromium.Page page) = await ServePage.OpenAsync(server.Http, "#ws?deflate=1");
        await using Chromium closing = browser;
        using Chromium.Page disposing = page;
        foreach (string hash in (string[])["#ws?deflate=1", "#sse?interval=20&count=2", "#ndjson?count=2&interval=1", "#rpc", "#short?every=20"])
        {
            await ServePage.GoAsync(page, hash);
            await ServePage.UntilAsync(page, "document.querySelectorAll('#wire .server').length > 2");
            foreach (JsonNode? element in await ServePage.GetShownAsync(page))
            {
                int at = 0;
                foreach (JsonNode? field in element!["fields"]!.AsArray())
                {
                    Assert.Equal(at, (int)field!["start"]!);
                    Assert.NotEqual("", (string)field["name"]!);
                    at = (int)field["end"]!;
                }

                Assert.True(at == ((string)element["hex"]!).Length / 2, element.ToJsonString());
            }
        }
    }

    [Fact]
    public async Task Every_broken_example_is_refused_with_a_caret_under_its_byte()
    {
        (Chromium browser, Chromium.Page page) = await ServePage.OpenAsync(server.Http, "#raw");
        await using Chromium closing = browser;
        using Chromium.Page disposing = page;
        JsonNode all = JsonNode.Parse((string)(await page.EvaluateAsync(
            "import('/page/transports/raw.js').then(m => JSON.stringify(m.presets.map(p => p.name)))"))!)!;
        List<string> names = [.. all.AsArray().Select(n => (string)n!).Where(n => n.StartsWith("Broken", StringComparison.Ordinal))];
        Assert.True(names.Count > 14);
        foreach (string name in names)
        {
            await ServePage.GoAsync(page, "#raw?preset=" + Uri.EscapeDataString(name));
            if (name == "Broken: two lengths")
            {
                // A head that is no good is nobody's to watch; the answer says what is wrong.
                await ServePage.HasAsync(page, "HTTP/1.1 400 ", "because");
                continue;
            }

            await ServePage.UntilAsync(page, "document.querySelector('#wire .wrong') && document.querySelector('#wire .caret')");
            string caret = (string)(await page.EvaluateAsync("document.querySelector('#wire .caret').textContent"))!;
            Assert.Matches(@"^ +\^\^ .+\. \(RFC \d+ §[\d.]+.*\)$", caret);

            // The caret stands under the byte.
            double off = (double)(await page.EvaluateAsync("""
                (() => {
                  const range = document.createRange(), mark = document.querySelector('#wire .caret span span').firstChild;
                  range.setStart(mark, mark.length - 3);
                  range.setEnd(mark, mark.length - 1);
                  const caret = range.getBoundingClientRect(), wrong = document.querySelector('#wire b.wrong').getBoundingClientRect();
                  return Math.abs(caret.left + caret.width / 2 - wrong.left - wrong.width / 2);
                })()
                """))!;
            Assert.True(off < 4, $"{name}: the caret is {off} pixels beside its byte.");
        }

        await ServePage.KeepAsync(page, "broken");
    }

    [Fact]
    public async Task What_is_cut_comes_back_and_says_where_it_was()
    {
        (Chromium browser, Chromium.Page page) = await ServePage.OpenAsync(server.Http, "#sse?interval=30");
        await using Chromium closing = browser;
        using Chromium.Page disposing = page;
        await ServePage.HasAsync(page, "message 3: “");
        await ServePage.ClickAsync(page, "the server");
        await ServePage.HasAsync(page, "last chunk: the body ends", "the browser comes back and says Last-Event-ID", "open", "again, behind event");
        JsonArray shown = await ServePage.GetShownAsync(page);
        JsonNode[] requests = [.. shown.Where(e => ((string)e!["title"]!).StartsWith("GET ", StringComparison.Ordinal)).Select(e => e!)];
        Assert.Contains(requests[^1]["fields"]!.AsArray(), f => (string)f!["name"]! == "Last-Event-ID");

        await ServePage.GoAsync(page, "#ws");
        await ServePage.HasAsync(page, "text frame, 13 bytes: “Hello, 世界”");
        await ServePage.ClickAsync(page, "the network, for 3 s");
        await ServePage.HasAsync(page, "the connection was dropped on purpose", "back-off", "attempt 1 in ", "attempt 2 in ");
        await ServePage.UntilAsync(page, "document.getElementById('wire').textContent.split('101 Switching Protocols').length > 2");
        await ServePage.KeepAsync(page, "cut");
    }

    [Fact]
    public async Task The_fallback_chain_goes_on_over_what_is_left()
    {
        (Chromium browser, Chromium.Page page) = await ServePage.OpenAsync(server.Http, "#chain");
        await using Chromium closing = browser;
        using Chromium.Page disposing = page;
        await ServePage.HasAsync(page, "over WebSocket, a new session", "HELLO 0", "WELCOME 0 ", "TEXT 1: “Hello, 世界 1”");
        await ServePage.HasAsync(page, "message“Hello, 世界 1”");
        await ServePage.ClickAsync(page, "Take away WebSocket");
        await ServePage.HasAsync(page, "over event stream, the session goes on");
        await ServePage.ClickAsync(page, "Send");
        await ServePage.HasAsync(page, "message“Hello, 世界 2”");
        await ServePage.ClickAsync(page, "Take away event stream");
        await ServePage.HasAsync(page, "over long polls, the session goes on");
        await ServePage.ClickAsync(page, "Send");
        await ServePage.HasAsync(page, "message“Hello, 世界 3”");
        await ServePage.ClickAsync(page, "Give back WebSocket");
        await ServePage.UntilAsync(page, "document.getElementById('browser').textContent.split('over WebSocket').length === 3");
        await ServePage.ClickAsync(page, "Send 100");
        await ServePage.HasAsync(page, "message“Hello, 世界 103”");
        int messages = (int)(await page.EvaluateAsync("document.getElementById('browser').textContent.split('message“').length - 1"))!;
        Assert.Equal(103, messages);
        await ServePage.KeepAsync(page, "chain");
    }

    private static async Task ShowsAsync(Chromium.Page page, string hash, params string[] texts)
    {
        await ServePage.GoAsync(page, hash);
        await ServePage.HasAsync(page, texts);
    }
}
