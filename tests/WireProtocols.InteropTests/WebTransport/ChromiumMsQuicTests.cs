using System.Globalization;
using System.Text.Json.Nodes;
using WireProtocols.InteropTests.Cli.Page;

namespace WireProtocols.InteropTests.WebTransport;

/// <summary>Headless Chromium ⇄ `wire serve --webtransport-quic`, and what only a carrier of one's own can bear.</summary>
public sealed class ChromiumMsQuicTests(MsQuicFixture server, ITestOutputHelper output) : ChromiumFacts(server), IClassFixture<MsQuicFixture>
{
    /// <summary>Multiplies what the tests of throughput send: 16 is a gigabyte through one stream, and 100,000 datagrams ten times.</summary>
    private const string Heavy = "WIREPROTOCOLS_WEBTRANSPORT_HEAVY";

    private static int Factor => int.Parse(Environment.GetEnvironmentVariable(Heavy) ?? "1", CultureInfo.InvariantCulture);

    [Fact]
    public async Task A_thousand_streams_at_once_come_back()
        => Assert.Equal("1000", await server.RunAsync("""
            const wt = await connect('/echo');
            const one = async (i) => {
              const stream = await wt.createBidirectionalStream();
              const writer = stream.writable.getWriter();
              await writer.write(bytes(`stream ${i}`));
              return { i, stream, writer };
            };
            // All of them are open before the first one is finished. 990 fit under the limit beside those of HTTP/3; the others take their place.
            const open = await Promise.all([...Array(990).keys()].map(one));
            const finish = async ({ i, stream, writer }) => {
              await writer.close();
              return text(await readAll(stream.readable)) === `stream ${i}`;
            };
            let good = (await Promise.all(open.map(finish))).filter(g => g).length;
            for (let i = 990; i < 1000; i++) good += await finish(await one(i));
            wt.close();
            return good;
            """));

    [Fact]
    public async Task A_great_deal_goes_through_one_stream()
    {
        long size = 64L * 1024 * 1024 * Factor;
        string[] figures = (await server.RunAsync($$"""
            const wt = await connect('/echo');
            const stream = await wt.createBidirectionalStream();
            const piece = new Uint8Array(65536).map((_, i) => i * 31 >> 3);
            const total = {{size}};
            let got = 0, wrong = 0;
            const begun = performance.now();
            const writer = stream.writable.getWriter();
            const writing = (async () => {
              for (let sent = 0; sent < total; sent += piece.length) await writer.write(piece);
              await writer.close();
            })();
            const reader = stream.readable.getReader();
            for (;;) {
              const { value, done } = await reader.read();
              if (done) break;
              for (let i = 0, at = got & 65535; i < value.length; i++, at = at + 1 & 65535) if (value[i] !== piece[at]) wrong++;
              got += value.length;
            }
            await writing;
            wt.close();
            return `${got} ${wrong} ${Math.round(performance.now() - begun)}`;
            """)).Split(' ');
        output.WriteLine($"{figures[0]} bytes there and back in {figures[2]} ms");
        Assert.Equal((size.ToString(CultureInfo.InvariantCulture), "0"), (figures[0], figures[1]));
    }

    [Fact]
    public async Task One_hundred_thousand_datagrams_come_back_but_for_a_few()
    {
        string[] figures = (await server.RunAsync("""
            const wt = await connect('/echo');
            wt.datagrams.incomingHighWaterMark = 20000;
            wt.datagrams.outgoingHighWaterMark = 1000;
            const reader = wt.datagrams.readable.getReader();
            const writer = wt.datagrams.writable.getWriter();
            const total = 100000, seen = new Uint8Array(total);
            let count = 0, wrong = 0;
            const begun = performance.now();
            (async () => {
              for (;;) {
                const { value, done } = await reader.read();
                if (done) return;
                const index = new DataView(value.buffer, value.byteOffset).getUint32(0);
                if (value.length !== 4 + index % 100 || index >= total || seen[index]++) wrong++; else count++;
              }
            })().catch(() => {});
            for (let i = 0; i < total; i++) {
              const datagram = new Uint8Array(4 + i % 100);
              new DataView(datagram.buffer).setUint32(0, i);
              await writer.write(datagram);
              // Not more under way than the queues of both ends hold; one that is lost is not waited for for long.
              for (let tries = 0; i - count > 500 + (i >> 6) && tries < 5; tries++) await new Promise(r => setTimeout(r, 1));
            }
            for (let tries = 0; count < total && tries < 50; tries++) await new Promise(r => setTimeout(r, 20));
            const result = `${count} ${wrong} ${Math.round(performance.now() - begun)}`;
            wt.close();
            return result;
            """)).Split(' ');
        output.WriteLine($"{figures[0]} of 100000 datagrams came back in {figures[2]} ms");
        Assert.Equal("0", figures[1]);
        Assert.InRange(int.Parse(figures[0], CultureInfo.InvariantCulture), 90_000, 100_000);
    }

    [Fact]
    public async Task A_stream_that_is_not_read_holds_itself_and_no_other()
        => Assert.Equal("held true 16777216 16777216", await server.RunAsync("""
            const wt = await connect('/echo');
            const piece = new Uint8Array(65536).map((_, i) => i * 31 >> 3), total = 16777216;
            const begin = async () => {
              const stream = await wt.createBidirectionalStream();
              const writer = stream.writable.getWriter();
              const state = { stream, sent: 0 };
              state.writing = (async () => {
                for (; state.sent < total; state.sent += piece.length) await writer.write(piece);
                await writer.close();
              })();
              return state;
            };
            const count = async ({ stream, writing }) => {
              const reader = stream.readable.getReader();
              let got = 0;
              for (;;) {
                const { value, done } = await reader.read();
                if (done) break;
                for (let i = 0; i < value.length; i++) if (value[i] !== piece[got + i & 65535]) throw new Error('wrong byte');
                got += value.length;
              }
              await writing;
              return got;
            };
            const unread = await begin();
            const busy = await count(await begin());
            const held = unread.sent < total;
            const rest = await count(unread);
            wt.close();
            return `held ${held} ${busy} ${rest}`;
            """));

    [Fact]
    public async Task The_page_shows_what_stands_in_streams_and_datagrams()
    {
        using Chromium.Page page = await server.OpenPageAsync(server.PageUrl + "#wt");
        await ServePage.HasAsync(
            page,
            "SETTINGS frame",
            "HEADERS frame",
            "datagram, 14 bytes: “Hello, 世界”",
            "stream data, 13 bytes: “Hello, 世界”",
            "has been finished",
            "ready");
        foreach (JsonNode? element in await ServePage.GetShownAsync(page))
        {
            Assert.Equal(((string)element!["hex"]!).Length / 2, element["fields"]!.AsArray().Sum(f => (int)f!["end"]! - (int)f["start"]!));
        }

        await ServePage.ClickAsync(page, "Reset a stream");
        await ServePage.HasAsync(page, "RESET_STREAM on stream 8, code 7");
        await ServePage.ClickAsync(page, "Open one way");
        await ServePage.HasAsync(page, "one way", "stream 14 has been finished");
        await ServePage.ClickAsync(page, "the server");
        await ServePage.HasAsync(page, "WT_CLOSE_SESSION 0 “The server stops.”", "closed");
        Assert.Empty(page.Complaints);
        await ServePage.KeepAsync(page, "webtransport");
    }
}
