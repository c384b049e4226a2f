using System.Net.Quic;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using WireProtocols.Cli.Serve.WebTransport;
using WireProtocols.InteropTests.WebTransport.Carriers;
using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.WebTransport;

/// <summary>Headless Chromium ⇄ the platform's QUIC, in this process: streams only, since the platform has no datagrams.</summary>
[SupportedOSPlatform("linux")]
[SupportedOSPlatform("macos")]
[SupportedOSPlatform("windows")]
public sealed class ChromiumSystemQuicTests(ServeFixture pages)
{
    [Fact]
    public async Task Streams_come_back_where_there_are_no_datagrams()
    {
        Assert.SkipWhen(SystemQuic.Missing is not null, SystemQuic.Missing ?? "");
        await using Chromium? browser = await Chromium.TryStartAsync();
        Assert.SkipWhen(browser is null, "Chromium is not installed.");
        await using QuicListener listener = await SystemQuic.ListenAsync(new CarrierSettings());
        Task serving = ServeAsync(listener);
        using Chromium.Page page = await browser.OpenAsync(pages.Http + "/");
        string hash = Convert.ToHexStringLower(SHA256.HashData(TestCertificate.Value.RawData));
        Assert.Equal("hello", (string?)await page.EvaluateAsync($$"""
            (async () => {
              const value = new Uint8Array('{{hash}}'.match(/../g).map(h => parseInt(h, 16)));
              const wt = new WebTransport('https://{{listener.LocalEndPoint}}/echo', { serverCertificateHashes: [{ algorithm: 'sha-256', value }] });
              wt.closed.catch(() => {});
              await wt.ready;
              const stream = await wt.createBidirectionalStream();
              const writer = stream.writable.getWriter();
              await writer.write(new TextEncoder().encode('hello'));
              await writer.close();
              let text = '';
              for await (const piece of stream.readable.pipeThrough(new TextDecoderStream())) text += piece;
              wt.close();
              return text;
            })().catch(e => `${e.name} ${e.message}`)
            """));
        await serving;
    }

    private static async Task ServeAsync(QuicListener listener)
    {
        await using SystemQuicCarrier carrier = new(await listener.AcceptConnectionAsync());
        using WebTransportConnection connection = new(WebTransportRole.Server, carrier, new WebTransportConnectionOptions
        {
            RequireDatagrams = false,
            AnnounceMissingDatagrams = true,
            RequireReliableReset = false,
        });
        await new WebTransportPump(connection, carrier, new WebTransportEcho(TextWriter.Null).Handle).RunAsync();
    }
}
