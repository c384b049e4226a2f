using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace WireProtocols.InteropTests.Cli.Page;

/// <summary>
/// <c>wire-client.js</c> in Chromium against a server of wire.resume.v1 that was written from its page alone (<c>peers/resume-server.mjs</c>): each
/// transport is cut off, one after the other, by the server and by the browser's own switch, and every message arrives once and in its order.
/// </summary>
public sealed class WireClientTests
{
    private const string Script = "src/WireProtocols.AspNetCore/Client/wire-client.js";

    [Theory]
    [InlineData("websocket")]
    [InlineData("sse")]
    [InlineData("poll")]
    public async Task Every_message_comes_back_once_over_a_transport_that_is_dropped_again_and_again(string transport)
    {
        await using Peer peer = await Peer.StartAsync();
        await peer.RunAsync($$"""
            self.client = connect({ transports: ['{{transport}}'], firstWait: 10, longestWait: 50, pollWait: 2 });
            self.sent = 0;
            self.send = count => { for (let i = 0; i < count; i++) client.send(`message ${++sent}`); };
            await opened();
            send(100);
            """);
        for (int i = 1; i <= 5; i++)
        {
            await peer.RunAsync($"await until(() => seen.length >= {i * 40});");
            await peer.OrderAsync("drop");
            await peer.RunAsync(transport == "poll" ? "" : $"await until(() => log.filter(e => e.startsWith('lost')).length >= {i});");
            await peer.RunAsync("send(40); await opened();");
        }

        await peer.RunAsync("await until(() => seen.length >= 300 && client.unacknowledged === 0);");
        string result = await peer.RunAsync("""
            const wrong = seen.findIndex((text, i) => text !== `${i + 1}:message ${i + 1}`);
            return `${seen.length} ${wrong} ${log.filter(e => e.startsWith('open')).every(e => e.includes(client.transport))}`;
            """);
        Assert.Equal("300 -1 true", result);
        Assert.Equal("taken 300", await peer.OrderAsync("count"));

        // A browser asks once more by itself where a connection that it has kept turns out to be gone: not every loss of a poll is seen.
        int losses = int.Parse(await peer.RunAsync("return log.filter(e => e.startsWith('lost')).length;"), CultureInfo.InvariantCulture);
        Assert.InRange(losses, transport == "poll" ? 0 : 5, 1000);
    }

    [Fact]
    public async Task Cut_off_one_after_the_other_the_transports_take_over_from_each_other_and_lose_nothing()
    {
        await using Peer peer = await Peer.StartAsync();
        await peer.RunAsync("""
            self.client = connect({ firstWait: 10, longestWait: 50, pollWait: 2, retryBetter: 1500 });
            await opened();
            client.send('over a WebSocket');
            await until(() => seen.length === 1);
            """);
        await peer.OrderAsync("ws off");
        await peer.OrderAsync("drop");
        await peer.RunAsync("client.send('over an event stream'); await until(() => seen.length === 2 && client.transport === 'sse');");
        await peer.OrderAsync("sse off");
        await peer.OrderAsync("drop");
        await peer.RunAsync("client.send(new Uint8Array([1, 2, 3])); await until(() => seen.length === 3 && client.transport === 'poll');");
        await peer.OrderAsync("ws on");
        await peer.RunAsync("await until(() => client.transport === 'websocket');");
        await peer.RunAsync("client.send('over a WebSocket again'); await until(() => seen.length === 4);");
        Assert.Equal(
            """["1:over a WebSocket","2:over an event stream","3:\u0001\u0002\u0003","4:over a WebSocket again"]""",
            await peer.RunAsync("return JSON.stringify(seen);"));
        Assert.Equal("open websocket true", await peer.RunAsync("return log.find(e => e.startsWith('open'));"));
        Assert.Equal("1", await peer.RunAsync("return log.filter(e => e.endsWith(' true')).length;"));
    }

    [Fact]
    public async Task What_is_sent_while_the_browser_is_offline_waits_and_arrives()
    {
        await using Peer peer = await Peer.StartAsync();
        await peer.RunAsync("self.client = connect({ firstWait: 10, longestWait: 100, maxMessages: 5 }); await opened();");
        await peer.Page.GoOfflineAsync(true);
        await peer.OrderAsync("drop");
        await peer.RunAsync("await until(() => client.state === 'waiting');");
        Assert.Equal("true true true true true false", await peer.RunAsync("return [1, 2, 3, 4, 5, 6].map(i => client.send(`${i}`)).join(' ');"));
        await peer.Page.GoOfflineAsync(false);
        await peer.RunAsync("await until(() => seen.length === 5 && client.unacknowledged === 0);");
        Assert.Equal("1:1,2:2,3:3,4:4,5:5", await peer.RunAsync("return seen.join();"));
    }

    [Fact]
    public async Task A_session_that_the_server_has_forgotten_is_told_and_another_one_begins()
    {
        await using Peer peer = await Peer.StartAsync();
        await peer.RunAsync("self.client = connect({ firstWait: 10, longestWait: 50 }); await opened();");
        await peer.RunAsync("client.send('one'); await until(() => seen.length === 1 && client.unacknowledged === 0);");
        await peer.OrderAsync("forget");
        await peer.OrderAsync("drop");
        await peer.RunAsync("await until(() => log.some(e => e.startsWith('gone 1'))); client.send('two'); await until(() => seen.length === 2);");
        Assert.Equal("1:one,1:two", await peer.RunAsync("return seen.join();"));
    }

    [Fact]
    public async Task It_comes_back_when_the_server_says_and_ends_a_session_when_all_was_taken()
    {
        await using Peer peer = await Peer.StartAsync();
        await peer.RunAsync("self.client = connect({ firstWait: 5000 }); await opened();");
        await peer.OrderAsync("retry 60");
        await peer.OrderAsync("drop");
        await peer.RunAsync("await until(() => log.includes('wait 60')); await until(() => log.filter(e => e.startsWith('open')).length === 2);");
        await peer.RunAsync("client.send('last'); await client.close();");
        Assert.Equal("closed 0", await peer.RunAsync("return `${client.state} ${client.unacknowledged}`;"));
        Assert.Equal("taken 1", await peer.OrderAsync("count"));
    }

    /// <summary>The server, and a page that has the client.</summary>
    private sealed class Peer(Process server, Chromium browser, Chromium.Page page) : IAsyncDisposable
    {
        private const string Prelude = """
            self.seen = [];
            self.log = [];
            self.connect = options => {
              const client = new WireClient('/resume', options);
              client.addEventListener('message', ({ detail }) => seen.push(typeof detail === 'string' ? detail : new TextDecoder().decode(detail)));
              client.addEventListener('open', ({ detail }) => log.push(`open ${detail.transport} ${detail.isNew}`));
              client.addEventListener('lost', ({ detail }) => log.push(`lost ${detail.transport} ${detail.message}`));
              client.addEventListener('wait', ({ detail }) => log.push(`wait ${detail.milliseconds}`));
              client.addEventListener('gone', ({ detail }) => log.push(`gone ${detail.code} ${detail.unacknowledged}`));
              client.addEventListener('close', ({ detail }) => log.push(`close ${detail.message}`));
              return client;
            };
            self.until = async isSo => {
              const begun = performance.now();
              while (!isSo()) {
                if (performance.now() - begun > 60000) {
                  throw new Error(`never: ${isSo}; ${client.state} ${seen.length} ${client.unacknowledged} ${log.slice(-20).join('; ')}`);
                }
                await new Promise(resolve => setTimeout(resolve, 5));
              }
            };
            self.opened = () => until(() => client.state === 'open');
            """;

        public Chromium.Page Page => page;

        public static async Task<Peer> StartAsync()
        {
            Assert.SkipUnless(NodePeer.Has("ws"), "The npm package 'ws' is not installed: run 'npm ci' in tests/WireProtocols.InteropTests/peers.");
            Process server = NodePeer.Start("resume-server.mjs");
            string http = (await server.StandardOutput.ReadLineAsync())!;
            (Chromium browser, Chromium.Page page) = await ServePage.OpenAsync(http, "");
            Peer peer = new(server, browser, page);
            string script = await File.ReadAllTextAsync(Path.Combine(ServePage.FindRoot(), Script));
            await peer.RunAsync($$"""
                const url = URL.createObjectURL(new Blob([{{JsonSerializer.Serialize(script)}}], { type: 'text/javascript' }));
                self.WireClient = (await import(url)).WireClient;
                {{Prelude}}
                """);
            return peer;
        }

        /// <summary>Runs what stands in an async function of the page.</summary>
        public async Task<string> RunAsync(string script)
            => (await page.EvaluateAsync($"(async () => {{ {script}\n}})()"))?.ToString() ?? "";

        /// <summary>Tells the server what to do.</summary>
        /// <returns>What it answers first.</returns>
        public async Task<string> OrderAsync(string order)
        {
            await server.StandardInput.WriteLineAsync(order);
            string answer = (await server.StandardOutput.ReadLineAsync())!;
            if (!answer.StartsWith("done ", StringComparison.Ordinal))
            {
                await server.StandardOutput.ReadLineAsync();
            }

            return answer;
        }

        public async ValueTask DisposeAsync()
        {
            page.Dispose();
            await browser.DisposeAsync();
            server.StandardInput.Close();
            await server.WaitForExitAsync();
            server.Dispose();
        }
    }
}
