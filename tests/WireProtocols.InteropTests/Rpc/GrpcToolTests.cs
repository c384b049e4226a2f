using System.ComponentModel;
using System.Diagnostics;
using System.Text;

namespace WireProtocols.InteropTests.Rpc;

/// <summary>
/// What people have at a terminal: npm @grpc/grpc-js, which speaks native gRPC as grpcurl does, calls our codecs over Kestrel's HTTP/2; <c>curl</c>
/// calls <c>wire serve</c>, which has HTTP/1.1 alone.
/// </summary>
public sealed class GrpcToolTests(ServeFixture serve)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Grpc_js_is_answered_over_HTTP2()
    {
        await using KestrelEcho kestrel = await KestrelEcho.StartAsync();
        string[] lines = await NodePeer.RunAsync("@grpc/grpc-js", "grpc-js-client.mjs", new Uri(kestrel.Url).Authority, "all");
        Assert.Equal(["ok unary", "ok error", "ok server streaming", "ok client streaming", "ok bidirectional", "ok deadline"], lines);
    }

    /// <summary>Native gRPC is not to be had from it, and a client is not left waiting.</summary>
    [Fact]
    public async Task Grpc_js_is_turned_away_by_wire_serve()
    {
        string[] lines = await NodePeer.RunAsync("@grpc/grpc-js", "grpc-js-client.mjs", new Uri(serve.Http).Authority, "refused");
        Assert.Equal(["ok refused"], lines);
    }

    [Fact]
    public async Task Curl_calls_it_by_Connect_and_by_gRPC_Web()
    {
        string unary = serve.Http + "/wire.Echo/Unary";
        Assert.Equal("{\"a\":1}", await CurlAsync("-H", "content-type: application/json", "-d", "{\"a\":1}", unary));
        string refused = await CurlAsync(
            "-H", "content-type: application/json", "-H", "echo-status: 5", "-H", "echo-message: no %E2%82%AC", "-w", " %{http_code}", "-d", "{}",
            unary);
        Assert.Equal("{\"code\":\"not_found\",\"message\":\"no \\u20AC\"} 404", refused);

        // An empty message, and the trailers behind it.
        string web = await CurlAsync("-H", "content-type: application/grpc-web-text", "-d", "AAAAAAA=", unary);
        Assert.StartsWith("AAAAAAA=", web, StringComparison.Ordinal);
        string trailers = Encoding.ASCII.GetString(Convert.FromBase64String(web["AAAAAAA=".Length..]));
        Assert.Contains("grpc-status: 0", trailers, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Curl_is_told_that_there_is_no_HTTP2()
    {
        (int status, _) = await StartCurlAsync("--http2-prior-knowledge", "-d", "{}", serve.Http + "/wire.Echo/Unary");
        Assert.NotEqual(0, status);
    }

    private static async Task<string> CurlAsync(params string[] args)
    {
        (int status, string output) = await StartCurlAsync(args);
        Assert.Equal(0, status);
        return output;
    }

    private static async Task<(int Status, string Output)> StartCurlAsync(params string[] args)
    {
        ProcessStartInfo start = new("curl", ["-sS", "--max-time", "60", .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process curl = Process.Start(start)!;
            Task<string> error = curl.StandardError.ReadToEndAsync(Stop);
            string output = await curl.StandardOutput.ReadToEndAsync(Stop);
            await curl.WaitForExitAsync(Stop);
            await error;
            return (curl.ExitCode, output);
        }
        catch (Win32Exception)
        {
            Assert.Skip("curl is not installed.");
            throw;
        }
    }
}
