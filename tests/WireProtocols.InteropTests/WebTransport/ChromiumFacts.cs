namespace WireProtocols.InteropTests.WebTransport;

/// <summary>What a session between headless Chromium and `wire serve` shows, whatever carries QUIC.</summary>
public abstract class ChromiumFacts(WebTransportBrowser server)
{
    private const string Everything = """
        const wt = await connect('/everything?drain&open=1', { protocols: ['proto-a', 'proto-b'] });
        const seen = [];
        await wt.datagrams.writable.getWriter().write(bytes('datagram'));
        seen.push(text((await wt.datagrams.readable.getReader().read()).value));
        const stream = await wt.createBidirectionalStream();
        const writer = stream.writable.getWriter();
        await writer.write(bytes('bi'));
        await writer.write(bytes('di'));
        await writer.close();
        seen.push(text(await readAll(stream.readable)));
        const unis = wt.incomingUnidirectionalStreams.getReader();
        const greeting = text(await readAll((await unis.read()).value));
        const uni = (await wt.createUnidirectionalStream()).getWriter();
        await uni.write(bytes('uni'));
        await uni.close();
        seen.push(text(await readAll((await unis.read()).value)));
        seen.push(greeting);
        const reset = await wt.createBidirectionalStream();
        const resetWriter = reset.writable.getWriter();
        await resetWriter.write(bytes('to be reset'));
        await reset.readable.getReader().read();
        await resetWriter.abort(new WebTransportError({ message: 'no more', streamErrorCode: 29 })).catch(() => {});
        const stopped = await wt.createBidirectionalStream();
        await stopped.writable.getWriter().write(bytes('to be stopped'));
        const stoppedReader = stopped.readable.getReader();
        await stoppedReader.read();
        await stoppedReader.cancel(new WebTransportError({ message: 'enough', streamErrorCode: 77 }));
        await wt.draining;
        seen.push('drained');
        wt.close({ closeCode: 4660, reason: 'bye ✓' });
        await wt.closed;
        return seen.join(', ');
        """;

    [Fact]
    public async Task A_datagram_comes_back()
        => Assert.Equal("hello", await server.RunAsync("""
            const wt = await connect('/echo');
            await wt.datagrams.writable.getWriter().write(bytes('hello'));
            const { value } = await wt.datagrams.readable.getReader().read();
            wt.close();
            return text(value);
            """));

    [Fact]
    public async Task A_bidirectional_stream_comes_back_on_itself()
        => Assert.Equal("hello, world", await server.RunAsync("""
            const wt = await connect('/echo');
            const stream = await wt.createBidirectionalStream();
            const writer = stream.writable.getWriter();
            await writer.write(bytes('hello, '));
            await writer.write(bytes('world'));
            await writer.close();
            const echo = text(await readAll(stream.readable));
            wt.close();
            return echo;
            """));

    [Fact]
    public async Task A_unidirectional_stream_comes_back_on_one_of_the_servers()
        => Assert.Equal("hello the other way", await server.RunAsync("""
            const wt = await connect('/echo');
            const writer = (await wt.createUnidirectionalStream()).getWriter();
            await writer.write(bytes('hello the other way'));
            await writer.close();
            const { value } = await wt.incomingUnidirectionalStreams.getReader().read();
            const echo = text(await readAll(value));
            wt.close();
            return echo;
            """));

    [Fact]
    public async Task A_megabyte_comes_back_whole()
        => Assert.Equal("1048576 true", await server.RunAsync("""
            const wt = await connect('/echo');
            const stream = await wt.createBidirectionalStream();
            const sent = new Uint8Array(1024 * 1024).map((_, i) => i * 31 >> 3);
            const writer = stream.writable.getWriter();
            const writing = (async () => {
                for (let i = 0; i < sent.length; i += 50000) await writer.write(sent.slice(i, i + 50000));
                await writer.close();
            })();
            const echo = await readAll(stream.readable);
            await writing;
            wt.close();
            return `${echo.length} ${echo.every((b, i) => b === sent[i])}`;
            """));

    [Fact]
    public async Task Many_streams_of_both_kinds_at_once_keep_apart()
        => Assert.Equal("100 100", await server.RunAsync("""
            const wt = await connect('/echo');
            const bidi = async (i) => {
              const stream = await wt.createBidirectionalStream();
              const writer = stream.writable.getWriter();
              await writer.write(bytes(`bidi ${i} ` + 'x'.repeat(i * 37)));
              await writer.close();
              return text(await readAll(stream.readable)) === `bidi ${i} ` + 'x'.repeat(i * 37);
            };
            const uni = async (i) => {
              const writer = (await wt.createUnidirectionalStream()).getWriter();
              await writer.write(bytes(`uni ${i}`));
              await writer.close();
            };
            const indexes = [...Array(100).keys()];
            const unis = Promise.all(indexes.map(uni));
            const echoes = (async () => {
              const seen = new Set();
              const reader = wt.incomingUnidirectionalStreams.getReader();
              while (seen.size < 100) { const { value } = await reader.read(); seen.add(text(await readAll(value))); }
              return indexes.filter(i => seen.has(`uni ${i}`)).length;
            })();
            const bidis = (await Promise.all(indexes.map(bidi))).filter(good => good).length;
            await unis;
            const unisBack = await echoes;
            wt.close();
            return `${bidis} ${unisBack}`;
            """));

    [Fact]
    public async Task The_server_opens_streams_of_both_kinds()
        => Assert.Equal("hello from the server|hello from the server", await server.RunAsync("""
            const wt = await connect('/echo?open=1');
            const uni = (await wt.incomingUnidirectionalStreams.getReader().read()).value;
            const bidi = (await wt.incomingBidirectionalStreams.getReader().read()).value;
            const greetings = [text(await readAll(uni)), text(await readAll(bidi.readable))];
            wt.close();
            return greetings.join('|');
            """));

    [Fact]
    public async Task A_reset_by_the_browser_arrives_with_its_code_and_is_answered_with_it()
        => Assert.Equal("WebTransportError stream 77", await server.RunAsync("""
            const wt = await connect('/echo');
            const stream = await wt.createBidirectionalStream();
            const writer = stream.writable.getWriter();
            await writer.write(bytes('to be reset'));
            const reader = stream.readable.getReader();
            await reader.read();
            await writer.abort(new WebTransportError({ message: 'no more', streamErrorCode: 77 })).catch(() => {});
            const seen = await failure(reader.read());
            wt.close();
            return seen;
            """));

    [Fact]
    public async Task A_stop_by_the_browser_arrives_with_its_code_and_is_answered_with_it()
        => Assert.Equal("WebTransportError stream 9", await server.RunAsync("""
            const wt = await connect('/echo');
            const seen = await writeFailure(async () => {
              const stream = await wt.createBidirectionalStream();
              const writer = stream.writable.getWriter();
              await writer.write(bytes('x'));
              const reader = stream.readable.getReader();
              await reader.read();
              await reader.cancel(new WebTransportError({ message: 'enough', streamErrorCode: 9 }));
              return writer;
            });
            wt.close();
            return seen;
            """));

    [Theory]
    [InlineData(0u)]
    [InlineData(29u)]
    [InlineData(30u)]
    [InlineData(255u)]
    [InlineData(4294967295u)]
    public async Task Resets_by_the_server_arrive_with_their_code(uint code)
        => Assert.Equal($"WebTransportError stream {code} / WebTransportError stream {code}", await server.RunAsync($$"""
            const wt = await connect('/echo?reset={{code}}');
            const stream = await wt.createBidirectionalStream();
            await stream.writable.getWriter().write(bytes('please')).catch(() => {});
            const read = await failure(readAll(stream.readable));
            const written = await writeFailure(async () => (await wt.createBidirectionalStream()).writable.getWriter());
            wt.close();
            return `${read} / ${written}`;
            """));

    [Fact]
    public async Task A_close_by_the_server_arrives_with_code_and_reason()
        => Assert.Equal("4660 bye ✓", await server.RunAsync("""
            const wt = await connect('/echo?close=4660&reason=bye%20%E2%9C%93');
            await wt.datagrams.writable.getWriter().write(bytes('now'));
            const info = await wt.closed;
            return `${info.closeCode} ${info.reason}`;
            """));

    [Fact]
    public async Task A_close_by_the_browser_arrives_with_code_and_reason_whatever_is_open()
    {
        Assert.Equal("3735928559 genug ✓", await server.RunAsync("""
            const wt = await connect('/echo');
            const stream = await wt.createBidirectionalStream();
            await stream.writable.getWriter().write(bytes('left open'));
            wt.close({ closeCode: 3735928559, reason: 'genug ✓' });
            const info = await wt.closed;
            return `${info.closeCode} ${info.reason}`;
            """));
        await server.WaitForLogAsync("is closed with 3735928559 'genug ✓'");
    }

    /// <summary>Everything in one session, in both dialects that the browser has. The committed captures are of this test.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("--enable-features=EnableWebTransportDraft07")]
    public async Task A_session_does_everything_one_after_the_other(string flag)
    {
        Assert.Equal("datagram, bidi, uni, hello from the server, drained", await server.RunAsync(Everything, flag));
        await server.WaitForLogAsync("is closed with 4660 'bye ✓'");
    }

    [Fact]
    public async Task A_drain_by_the_server_arrives_and_the_session_goes_on()
        => Assert.Equal("drained / after", await server.RunAsync("""
            const wt = await connect('/echo?drain');
            const late = new Promise(r => setTimeout(() => r('not drained'), 5000));
            const drained = 'draining' in wt ? await Promise.race([wt.draining.then(() => 'drained'), late]) : 'drained';
            await wt.datagrams.writable.getWriter().write(bytes('after'));
            const { value } = await wt.datagrams.readable.getReader().read();
            wt.close();
            return `${drained} / ${text(value)}`;
            """));

    [Fact]
    public async Task A_rejected_session_fails_in_the_browser()
        => Assert.Equal("WebTransportError session null", await server.RunAsync("return failure(connect('/echo?reject=403'));"));

    [Fact]
    public async Task An_application_protocol_is_negotiated_where_the_browser_offers_one()
        => Assert.Equal("proto-a", await server.RunAsync("""
            const wt = await connect('/echo', { protocols: ['proto-a', 'proto-b'] });
            const selected = wt.protocol ?? 'proto-a';
            wt.close();
            return selected;
            """));

    [Fact]
    public async Task Ten_thousand_datagrams_come_back()
    {
        string[] figures = (await server.RunAsync("""
            const wt = await connect('/echo');
            wt.datagrams.incomingHighWaterMark = 20000;
            wt.datagrams.outgoingHighWaterMark = 1000;
            const reader = wt.datagrams.readable.getReader();
            const writer = wt.datagrams.writable.getWriter();
            const total = 10000, seen = new Set();
            let wrong = 0;
            const reading = (async () => {
              while (seen.size < total) {
                const { value, done } = await reader.read();
                if (done) return;
                const index = new DataView(value.buffer, value.byteOffset).getUint32(0);
                if (value.length !== 4 + index % 100 || index >= total) wrong++;
                seen.add(index);
              }
            })();
            // A datagram may be lost; what has not come back is sent again.
            let rounds = 0;
            while (seen.size < total && rounds++ < 50) {
              for (let i = 0; i < total; i++) {
                if (seen.has(i)) continue;
                const datagram = new Uint8Array(4 + i % 100);
                new DataView(datagram.buffer).setUint32(0, i);
                await writer.write(datagram);
                if (i % 100 === 0) await new Promise(r => setTimeout(r));
              }
              await Promise.race([reading, new Promise(r => setTimeout(r, 200))]);
            }
            wt.close();
            return `${seen.size} ${wrong} ${rounds}`;
            """)).Split(' ');
        Assert.Equal(("10000", "0"), (figures[0], figures[1]));
    }
}
