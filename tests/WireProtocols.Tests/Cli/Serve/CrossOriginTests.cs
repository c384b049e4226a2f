using System.Net;
using WireProtocols.Cli.Serve;

namespace WireProtocols.Tests.Cli.Serve;

/// <summary>What pages of other origins are told (CORS).</summary>
public class CrossOriginTests
{
    private const string Page = "https://page.example";

    [Theory]
    [InlineData("https://page.example", Page, "https://page.example", "Origin")]
    [InlineData("HTTPS://Page.Example", Page, "https://page.example", "Origin")]
    [InlineData("*", Page, "*", null)]
    [InlineData("*", "null", "*", null)]
    [InlineData("https://other.example", Page, null, null)]
    [InlineData("https://page.example", "https://page.example.evil", null, null)]
    [InlineData("https://page.example", "null", null, null)]
    [InlineData("https://page.example", null, null, null)]
    [InlineData(null, Page, null, null)]
    public async Task An_origin_that_is_allowed_may_ask_and_read(string? allowed, string? origin, string? expected, string? vary)
    {
        using HttpResponseMessage preflight = await SendAsync(HttpMethod.Options, "/wire.Echo/Unary", allowed, origin);
        Assert.Equal(HttpStatusCode.OK, preflight.StatusCode);
        Assert.Equal(expected, Get(preflight, "Access-Control-Allow-Origin"));
        Assert.Equal(vary, Get(preflight, "Vary"));
        Assert.Equal(expected is null ? null : "POST, GET", Get(preflight, "Access-Control-Allow-Methods"));
        Assert.Equal(expected is null ? null : "600", Get(preflight, "Access-Control-Max-Age"));
        Assert.Equal(expected is not null, Get(preflight, "Access-Control-Allow-Headers")?.EndsWith(", *", StringComparison.Ordinal) ?? false);
        Assert.Null(Get(preflight, "Access-Control-Allow-Credentials"));

        using HttpResponseMessage answer = await SendAsync(HttpMethod.Post, "/wire.Echo/Unary", allowed, origin);
        Assert.Equal(expected, Get(answer, "Access-Control-Allow-Origin"));
        Assert.Equal(vary, Get(answer, "Vary"));
        Assert.Equal(
            expected is null ? null : "grpc-status, grpc-message, grpc-status-details-bin, *", Get(answer, "Access-Control-Expose-Headers"));
        Assert.Equal("{}", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Other_routes_are_not_for_other_origins()
    {
        using HttpResponseMessage preflight = await SendAsync(HttpMethod.Options, "/echo", "*", Page);
        using HttpResponseMessage answer = await SendAsync(HttpMethod.Post, "/echo", "*", Page);
        Assert.DoesNotContain(preflight.Headers.Concat(answer.Headers), h => h.Key.StartsWith("Access-Control", StringComparison.Ordinal));
    }

    private static string? Get(HttpResponseMessage response, string name)
        => response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(", ", values) : null;

    private static async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? allowed, string? origin)
    {
        await using WireServer server = await WireServer.StartAsync(
            new IPEndPoint(IPAddress.Loopback, 0),
            new ServeSettings { AllowedOrigins = allowed is null ? [] : [allowed], Log = TextWriter.Null });
        using HttpClient http = new();
        using HttpRequestMessage request = new(method, new Uri($"http://{server.EndPoint}{path}"));
        if (origin is not null)
        {
            request.Headers.TryAddWithoutValidation("Origin", origin);
        }

        if (method == HttpMethod.Post)
        {
            request.Content = new StringContent("{}", System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/json"));
        }

        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
