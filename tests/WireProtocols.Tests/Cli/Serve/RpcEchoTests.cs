using System.Net;
using System.Text;
using WireProtocols.Cli.Serve;

namespace WireProtocols.Tests.Cli.Serve;

/// <summary>The service that echoes, byte for byte.</summary>
public sealed class RpcEchoTests : IAsyncLifetime
{
    private readonly HttpClient _http = new();
    private WireServer _server = null!;

    public async ValueTask InitializeAsync()
        => _server = await WireServer.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), new ServeSettings { Log = TextWriter.Null });

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("Unary", "application/json", "{\"a\":1}", "{\"a\":1}")]
    [InlineData("Bidirectional", "application/connect+json", "\0\0\0\0\u0001a\0\0\0\0\u0001b", "\0\0\0\0\u0001a\0\0\0\0\u0001b\u0002\0\0\0\u0002{}")]
    [InlineData("ClientStreaming", "application/grpc-web", "\0\0\0\0\u0001a\0\0\0\0\u0001b", "\0\0\0\0\u0002ab\u0080\0\0\0\u0010grpc-status: 0\r\n")]
    [InlineData("Unary", "application/grpc-web-text", "AAAAAAVoZWxsbw==", "AAAAAAVoZWxsbw==gAAAABBncnBjLXN0YXR1czogMA0K")]
    public async Task A_call_is_answered_in_its_protocol(string method, string contentType, string body, string expected)
    {
        using HttpResponseMessage response = await PostAsync(method, contentType, body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        string answered = contentType.Contains("grpc-web", StringComparison.Ordinal) ? contentType + "+proto" : contentType;
        Assert.Equal(answered, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(expected, Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken)));
    }

    [Theory]
    [InlineData("Unary", "text/plain", 415)]
    [InlineData("Bidirectional", "application/json", 415)]
    [InlineData("Nothing", "application/json", 404)]
    public async Task What_is_no_call_has_a_status_of_http(string method, string contentType, int status)
    {
        using HttpResponseMessage response = await PostAsync(method, contentType, "{}");
        Assert.Equal(status, (int)response.StatusCode);
    }

    [Fact]
    public async Task A_get_of_connect_is_answered()
    {
        Uri uri = new($"http://{_server.EndPoint}/wire.Echo/Unary?encoding=json&message=%7B%7D");
        Assert.Equal("{}", await _http.GetStringAsync(uri, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task An_error_brings_back_no_metadata_but_its_own()
    {
        using HttpRequestMessage request = new(HttpMethod.Post, $"http://{_server.EndPoint}/wire.Echo/Unary") { Content = new StringContent("{}") };
        request.Content.Headers.Remove("Content-Type");
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.TryAddWithoutValidation("echo-status", "8");
        request.Headers.TryAddWithoutValidation("echo-id", "42");
        request.Headers.TryAddWithoutValidation("cookie", "secret");
        using HttpResponseMessage response = await _http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(429, (int)response.StatusCode);
        Assert.Equal("42", Assert.Single(response.Headers.GetValues("trailer-echo-id")));
        Assert.False(response.Headers.Contains("trailer-cookie"));
    }

    [Fact]
    public async Task Messages_of_no_bytes_are_joined_as_well()
    {
        string empty = string.Concat(Enumerable.Repeat("\0\0\0\0\0", 10_000));
        using HttpResponseMessage response
            = await PostAsync("ClientStreaming", "application/grpc-web", empty + "\0\0\0\0\u0001a" + empty + "\0\0\0\0\u0001b");
        string body = Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.StartsWith("\0\0\0\0\u0002ab", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_breaks_off_is_told_in_the_protocol()
    {
        using HttpResponseMessage response = await PostAsync("ClientStreaming", "application/grpc-web", "\0\0\0\0\u0005a");
        string body = Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        Assert.Contains("grpc-status: 13\r\n", body, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> PostAsync(string method, string contentType, string body)
    {
        ByteArrayContent content = new(Encoding.Latin1.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return _http.PostAsync(new Uri($"http://{_server.EndPoint}/wire.Echo/{method}"), content, TestContext.Current.CancellationToken);
    }
}
