using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace WireProtocols.InteropTests.Cli.Page;

/// <summary>
/// What the page shows is what crosses the wire: a proxy between the browser and the server has recorded it, and every byte that is shown is one of
/// those, in their order, none missing and none twice. <c>WIREPROTOCOLS_PAGE_ROUNDS</c> does it that many times.
/// </summary>
public sealed class PageBytesTests(ServeFixture server, ITestOutputHelper output)
{
    private const string Rounds = "WIREPROTOCOLS_PAGE_ROUNDS";

    /// <summary>What is opened, what it shows at last, and the button that ends it where it does not end by itself.</summary>
    private static readonly (string Hash, string[] Shows, string? End)[] Transports =
    [
        ("#ws?ping=a&fragment=4&text=" + Uri.EscapeDataString("Ünïcödé, שלום"), ["pong frame", "continuation frame, 1 byte"], "Close with code"),
        ("#ws?deflate=1", ["inflated: 13 bytes", "message"], "Stop"),
        ("#chat", ["text frame, 13 bytes"], "Stop"),
        ("#sse?interval=20&count=3", ["last chunk: the body ends", "the stream has ended"], "Stop"),
        ("#tokens?count=5&interval=1", ["last chunk: the body ends", "[DONE]"], null),
        ("#ndjson?count=4&interval=5", ["last chunk: the body ends"], null),
        ("#echo", ["last chunk: the body ends", "“Hello, 世界”"], "Stop"),
        ("#long?timeout=300", ["answer 200"], "Stop"),
        ("#short?every=30", ["HTTP/1.1 304 Not Modified"], "Stop"),
        ("#rpc?method=ServerStreaming", ["last chunk: the body ends", "trailers"], "Stop"),
    ];

    [Fact]
    public async Task Every_byte_is_the_one_that_a_proxy_saw()
    {
        await using RecordingProxy proxy = new(new Uri(server.Http).Port);
        (Chromium browser, Chromium.Page page) = await ServePage.OpenAsync(proxy.Http, "");
        await using Chromium closing = browser;
        using Chromium.Page disposing = page;
        int rounds = int.Parse(Environment.GetEnvironmentVariable(Rounds) ?? "1", CultureInfo.InvariantCulture);
        long total = 0;
        for (int round = 0; round < rounds; round++)
        {
            foreach ((string hash, string[] shows, string? end) in Transports)
            {
                await ServePage.GoAsync(page, hash);
                await ServePage.HasAsync(page, shows);
                if (end is not null)
                {
                    await ServePage.ClickAsync(page, end);
                }

                await ServePage.UntilAsync(page, "document.getElementById('state').textContent === 'idle'");
                total += await CompareAsync(page, proxy, hash);
            }
        }

        output.WriteLine($"{total} bytes are the same, {rounds} rounds of {Transports.Length} transports");
    }

    /// <summary>Waits until what is shown is what was recorded; what is shown comes a moment later.</summary>
    private static async Task<long> CompareAsync(Chromium.Page page, RecordingProxy proxy, string hash)
    {
        while (true)
        {
            JsonArray shown = await ServePage.GetShownAsync(page);
            string? wrong = FindDifference(shown, proxy.GetConnections());
            if (wrong is null)
            {
                return shown.Sum(e => ((string)e!["hex"]!).Length / 2);
            }

            Assert.False(TestContext.Current.CancellationToken.IsCancellationRequested, $"{hash}: {wrong}");
            await Task.Yield();
        }
    }

    private static string? FindDifference(JsonArray shown, (byte[] Client, byte[] Server)[] recorded)
    {
        string first = (string)shown[0]!["title"]!;
        byte[] name = Encoding.ASCII.GetBytes(first[first.IndexOf("wire=", StringComparison.Ordinal)..first.LastIndexOf(' ')]);
        List<(byte[] Client, byte[] Server)> watched = [.. recorded.Where(c => c.Client.AsSpan().IndexOf(name) >= 0)];
        foreach (IGrouping<string, JsonNode?> connection in shown.GroupBy(e => (string)e!["connection"]!.ToString()))
        {
            byte[][] fromClient = RunsOf(connection, "client"), fromServer = RunsOf(connection, "server");
            int found = watched.FindIndex(w => w.Client.AsSpan().IndexOf(fromClient[0]) >= 0);
            if (found < 0)
            {
                return $"what the client said on connection {connection.Key} is not what was recorded";
            }

            if ((FindDifference(fromClient, watched[found].Client, name) ?? FindDifference(fromServer, watched[found].Server, null)) is { } wrong)
            {
                return $"connection {connection.Key}: {wrong}";
            }

            watched.RemoveAt(found);
        }

        return watched.Count == 0 ? null : "a connection was recorded and is not shown";
    }

    /// <summary>The bytes of a direction of a connection, a run for each request or response.</summary>
    private static byte[][] RunsOf(IEnumerable<JsonNode?> elements, string from)
    {
        List<string> runs = [];
        foreach (JsonNode? element in elements.Where(e => (string)e!["from"]! == from))
        {
            string title = (string)element!["title"]!;
            bool isHead = title.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) || title.EndsWith(" HTTP/1.1", StringComparison.Ordinal);
            if (isHead)
            {
                runs.Add("");
            }

            runs[^1] += (string)element["hex"]!;
        }

        return [.. runs.Select(Convert.FromHexString)];
    }

    /// <summary>Each run stands in the record behind the one before; what stands between belongs to requests that nobody watches.</summary>
    private static string? FindDifference(byte[][] runs, byte[] record, byte[]? name)
    {
        int at = 0;
        foreach (byte[] run in runs)
        {
            int begin = record.AsSpan(at).IndexOf(run);
            if (begin < 0)
            {
                return $"what was shown from {at} on is not what was recorded: {Encoding.Latin1.GetString(run)}";
            }

            if (!IsOfOthers(record.AsSpan(at, begin), name))
            {
                return $"{begin} bytes from {at} on were not shown";
            }

            at += begin + run.Length;
        }

        return IsOfOthers(record.AsSpan(at), name) ? null : $"{record.Length - at} bytes at the end were not shown";
    }

    private static bool IsOfOthers(ReadOnlySpan<byte> bytes, byte[]? name)
        => bytes.IsEmpty
        || (name is null ? bytes.StartsWith("HTTP/1.1 "u8) : (bytes.StartsWith("GET "u8) || bytes.StartsWith("POST "u8)) && bytes.IndexOf(name) < 0);
}
