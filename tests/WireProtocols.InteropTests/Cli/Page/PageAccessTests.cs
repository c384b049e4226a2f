using System.Text.Json.Nodes;

namespace WireProtocols.InteropTests.Cli.Page;

/// <summary>The page for everybody: what axe finds, in light and dark and on a phone; the keyboard alone; text from right to left.</summary>
public sealed class PageAccessTests(ServeFixture server)
{
    [Theory]
    [InlineData(1440, 900, "light")]
    [InlineData(1440, 900, "dark")]
    [InlineData(1000, 800, "light")]
    [InlineData(320, 640, "light")]
    [InlineData(320, 640, "dark")]
    public async Task Axe_finds_nothing(int width, int height, string scheme)
    {
        string axe = Path.Combine(ServePage.FindRoot(), "tests", "WireProtocols.InteropTests", "peers", "node_modules", "axe-core", "axe.min.js");
        if (!File.Exists(axe))
        {
            Assert.Skip("The npm package 'axe-core' is not installed: run 'npm ci' in tests/WireProtocols.InteropTests/peers.");
        }

        (Chromium browser, Chromium.Page page) = await ServePage.OpenAsync(server.Http, "");
        await using Chromium closing = browser;
        using Chromium.Page disposing = page;
        await page.ResizeAsync(width, height, scheme);
        await page.EvaluateAsync(await File.ReadAllTextAsync(axe, TestContext.Current.CancellationToken) + "\n0");
        (string Hash, string Shows, string Byte)[] states =
        [
            ("#ws?deflate=1&ping=hello", "inflated: 13 bytes", "#wire .k-mask"),
            ("#sse?interval=100", "message 3", "#wire .k-data"),
            ("#raw?preset=" + Uri.EscapeDataString("Broken: a reserved opcode"), "RFC 6455", "#wire .wrong"),
            ("#compare?count=3&large=0", "POST /echo", "#wire .k-line"),
        ];
        foreach ((string hash, string shows, string cell) in states)
        {
            await ServePage.GoAsync(page, hash);
            await ServePage.HasAsync(page, shows);
            await ServePage.UntilAsync(page, $"document.querySelector('{cell}')");
            await page.EvaluateAsync($"document.querySelector('{cell}').focus()");
            string name = $"{hash[1..].Split('?')[0]}-{width}-{scheme}";
            await ServePage.KeepAsync(page, name);
            string found = (string)(await page.EvaluateAsync("""
                axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.map(v =>
                  `${v.id}: ${v.help}\n${v.nodes.slice(0, 3).map(n => `  ${n.html} ${n.failureSummary}`).join('\n')}`).join('\n'))
                """))!;
            Assert.True(found.Length == 0, $"{name}: {found}");
            int wider = (int)(await page.EvaluateAsync("document.documentElement.scrollWidth - document.documentElement.clientWidth"))!;
            Assert.True(wider <= 0, $"{name} is {wider} pixels wider than the window.");
        }

        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_keyboard_alone_is_enough()
    {
        (Chromium browser, Chromium.Page page) = await ServePage.OpenAsync(server.Http, "");
        await using Chromium closing = browser;
        using Chromium.Page disposing = page;
        await TabToAsync(page, "document.activeElement.textContent === 'WebSocket chat'");
        await page.PressAsync("Enter", "\r");
        await ServePage.UntilAsync(page, "document.getElementById('title').textContent === 'WebSocket chat'");
        await TabToAsync(page, "document.activeElement.textContent === 'Start'");
        await page.PressAsync("Enter", "\r");
        await ServePage.HasAsync(page, "text frame, masked, 13 bytes: “Hello, 世界”");
        await TabToAsync(
            page,
            "document.activeElement.role === 'gridcell' && document.activeElement.closest('li').textContent.includes('text frame, masked')");
        Assert.Equal("81, byte 0, FIN, RSV, opcode: text", (string?)await page.EvaluateAsync("document.activeElement.ariaLabel"));
        await page.PressAsync("ArrowRight");
        Assert.Contains("MASK: masked", await InspectedAsync(page), StringComparison.Ordinal);
        await page.PressAsync(".", ".");
        Assert.Equal("masking key", (string?)await page.EvaluateAsync("document.querySelector('#inspector h3').textContent"));
        await page.PressAsync("ArrowDown");
        Assert.Equal("payload", (string?)await page.EvaluateAsync("document.querySelector('#inspector h3').textContent"));
        Assert.Contains("unmasked", await InspectedAsync(page), StringComparison.Ordinal);
        await TabToAsync(page, "document.activeElement.textContent === 'Stop'");
        await page.PressAsync("Enter", "\r");
        await ServePage.HasAsync(page, "close frame, masked");
        Assert.Empty(page.Complaints);
    }

    [Fact]
    public async Task The_address_says_what_was_chosen_and_text_from_right_to_left_stays_whole()
    {
        const string Hebrew = "שלום, עולם";
        (Chromium browser, Chromium.Page page) = await ServePage.OpenAsync(server.Http, "#echo?text=" + Uri.EscapeDataString(Hebrew) + "&theme=dark");
        await using Chromium closing = browser;
        using Chromium.Page disposing = page;
        await ServePage.HasAsync(page, $"“{Hebrew}”");
        Assert.Equal("rtl", (string?)await page.EvaluateAsync("getComputedStyle(document.querySelector('[name=text]')).direction"));
        Assert.Equal("ltr", (string?)await page.EvaluateAsync("getComputedStyle(document.querySelector('.grid')).direction"));
        Assert.Equal("dark", (string?)await page.EvaluateAsync("document.documentElement.dataset.theme"));
        await page.EvaluateAsync("(i => { i.value = 'x'; i.dispatchEvent(new Event('input')); })(document.querySelector('[name=text]'))");
        Assert.Equal("#echo?text=x&theme=dark", (string?)await page.EvaluateAsync("location.hash"));
        await page.EvaluateAsync("document.querySelector('#wire li:nth-child(2) .k-data:nth-of-type(2)').focus()");
        Assert.Contains("U+05E9", await InspectedAsync(page), StringComparison.Ordinal);
        await ServePage.KeepAsync(page, "right-to-left");
    }

    [Fact]
    public async Task What_is_copied_can_be_used()
    {
        (Chromium browser, Chromium.Page page) = await ServePage.OpenAsync(server.Http, "#ws?fragment=5");
        await using Chromium closing = browser;
        using Chromium.Page disposing = page;
        await ServePage.HasAsync(page, "continuation frame, 3 bytes");
        JsonNode copied = JsonNode.Parse((string)(await page.EvaluateAsync("""
            import('/page/copy.js').then(async ({ curlOf, vectorOf }) => {
              const { Dissector, bytesOf } = await import('/page/dissector.js');
              const { frames } = await import('/page/websocket.js');
              const seen = [];
              new Dissector(d => frames(d, {}, 'client'), e => seen.push({ ...e, from: 'client' })).feed(bytesOf('818537fa213d7f9f4d5158'), 0);
              return JSON.stringify({
                vector: JSON.parse(vectorOf(seen[0])),
                curl: curlOf({ method: 'POST', target: '/echo?wire=me', lines: [['Host', 'a'], ['Content-Type', "it's"]] }),
              });
            })
            """))!)!;
        Assert.Equal("81 85 37 fa 21 3d 7f 9f 4d 51 58", (string)copied["vector"]!["hex"]!);
        Assert.Equal(
            ["frame 0 Text fin key 37fa213d header 6 length 5", "payload 48656c6c6f", "end 11"],
            copied["vector"]!["rows"]!.AsArray().Select(r => (string)r!));
        Assert.Equal($@"curl -N --http1.1 -X POST -H 'Content-Type: it'\''s' '{server.Http}/echo'", (string)copied["curl"]!);
    }

    private static async Task<string?> InspectedAsync(Chromium.Page page)
        => (string?)await page.EvaluateAsync("document.getElementById('inspector').textContent");

    private static async Task TabToAsync(Chromium.Page page, string isThere)
    {
        for (int i = 0; i < 120; i++)
        {
            if ((bool)(await page.EvaluateAsync($"Boolean({isThere})"))!)
            {
                return;
            }

            await page.PressAsync("Tab");
        }

        Assert.Fail($"The Tab key does not reach what it should: {isThere}");
    }
}
