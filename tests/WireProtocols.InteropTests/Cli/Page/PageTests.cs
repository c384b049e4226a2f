namespace WireProtocols.InteropTests.Cli;

/// <summary>The page of `wire serve` in Chromium: each transport is started, and its bytes and what they mean are there.</summary>
public sealed class PageTests(ServeFixture server)
{
    [Fact]
    public async Task Each_transport_shows_its_bytes()
    {
        await using Chromium? browser = await Chromium.TryStartAsync();
        if (browser is null)
        {
            Assert.Skip("Chromium is not installed.");
        }

        using Chromium.Page page = await browser.OpenAsync(server.Http + "/");
        await page.EvaluateAsync(
            "self.errors = []; addEventListener('error', e => errors.push(e.message)); addEventListener('unhandledrejection', e => "
                + "errors.push(`${e.reason}`)); 0");
        await ShowsAsync(
            page,
            "WebSocket echo",
            "HTTP/1.1 101 Switching Protocols",
            "text frame, masked, 13 bytes: \"Hello, 世界\"",
            "text frame, 13 bytes: \"Hello, 世界\"");
        await page.EvaluateAsync("document.getElementById('stop').click()");
        await HasAsync(page, "close frame, masked, 19 bytes: 1000 \"Stop was pressed.\"", "close frame, 2 bytes: 1000");
        await ShowsAsync(page, "WebSocket chat", "GET /ws/chat?deflate=off&wire=", "text frame, 13 bytes: \"Hello, 世界\"");
        await ShowsAsync(page, "SSE clock", "chunk, ", "id: 1");
        await ShowsAsync(page, "SSE tokens", "data: [DONE]", "[DONE]");
        await ShowsAsync(page, "NDJSON ticks", "chunk, ", "tick");
        await ShowsAsync(page, "Long poll", "body, ", "HTTP/1.1 200 OK");
        Assert.Equal("[]", (string?)await page.EvaluateAsync("JSON.stringify(errors)"));
        Assert.Equal(0, (int?)await page.EvaluateAsync("document.querySelectorAll('.bad').length"));
    }

    private static async Task ShowsAsync(Chromium.Page page, string transport, params string[] texts)
    {
        await page.EvaluateAsync($$"""
            [...document.querySelectorAll('#tabs button')].find(b => b.textContent === '{{transport}}').click();
            document.getElementById('start').click();
            """);
        await HasAsync(page, texts);
    }

    /// <summary>Waits, as long as the test may run, until the lists have all of these.</summary>
    private static async Task HasAsync(Chromium.Page page, params string[] texts)
        => await page.EvaluateAsync($$"""
            new Promise(resolve => {
              const texts = {{System.Text.Json.JsonSerializer.Serialize(texts)}};
              const look = () => {
                const shown = document.getElementById('wire').textContent + document.getElementById('browser').textContent;
                if (!texts.every(text => shown.includes(text))) return false;
                observer.disconnect();
                resolve();
                return true;
              };
              const observer = new MutationObserver(look);
              observer.observe(document.body, { childList: true, subtree: true });
              look();
            })
            """);
}
