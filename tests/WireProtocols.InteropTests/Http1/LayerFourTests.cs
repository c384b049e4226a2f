using System.Diagnostics;
using System.Net;

namespace WireProtocols.InteropTests.Http1;

/// <summary>Other people's clients against a server on layer 4.</summary>
public class LayerFourTests
{
    [Fact]
    public async Task HttpClient_keeps_its_connection_over_bodies_of_every_kind()
    {
        await using LoopbackServer server = LayerFourServer.Start();
        using HttpClient client = new();
        for (int seed = 400; seed < 420; seed++)
        {
            RandomBody body = RandomBody.Create(seed);
            using HttpRequestMessage request = new(HttpMethod.Post, server.Uri) { Content = new ByteArrayContent(body.Bytes) };
            request.Headers.TransferEncodingChunked = seed % 2 == 0;
            request.Headers.ExpectContinue = seed % 3 == 0;
            using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.NotNull(response.Headers.Date);
            body.AssertSame(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        }

        using HttpRequestMessage head = new(HttpMethod.Head, new Uri(server.Uri, "/hello"));
        using HttpResponseMessage headers = await client.SendAsync(head, TestContext.Current.CancellationToken);
        Assert.Equal(5, headers.Content.Headers.ContentLength);
        Assert.Equal("hello", await client.GetStringAsync(new Uri(server.Uri, "/hello"), TestContext.Current.CancellationToken));
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    public async Task Curl_is_content_with_a_kept_connection_and_a_refused_request()
    {
        await using LoopbackServer server = LayerFourServer.Start();
        string hello = new Uri(server.Uri, "/hello").ToString();
        (string output, string log) = await CurlAsync("-sv", hello, hello);
        Assert.Equal("hellohello", output);
        Assert.Contains("Re-using existing", log, StringComparison.OrdinalIgnoreCase);

        (output, _) = await CurlAsync("-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", "Host:", hello);
        Assert.Equal("400", output);
    }

    [Fact]
    public async Task Wrk_gets_an_answer_to_every_request_of_many_connections()
    {
        await using LoopbackServer server = LayerFourServer.Start();
        (string output, _) = await RunAsync("wrk", "-t1", "-c50", "-d2s", new Uri(server.Uri, "/hello").ToString());
        Assert.Matches("[1-9][0-9]* requests in ", output);
        Assert.DoesNotContain("Socket errors", output, StringComparison.Ordinal);
        Assert.DoesNotContain("Non-2xx", output, StringComparison.Ordinal);

        // It tries the address once before it begins.
        Assert.InRange(server.Connections, 50, 51);
    }

    private static Task<(string Output, string Log)> CurlAsync(params string[] args) => RunAsync("curl", args);

    private static async Task<(string Output, string Log)> RunAsync(string program, params string[] args)
    {
        ProcessStartInfo start = new(program, args) { RedirectStandardOutput = true, RedirectStandardError = true };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not installed.");
            throw;
        }

        using (process)
        {
            Task<string> log = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (output, await log);
        }
    }
}
