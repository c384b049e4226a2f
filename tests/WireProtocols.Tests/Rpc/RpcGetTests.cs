using System.Text;
using WireProtocols.Rpc;

namespace WireProtocols.Tests.Rpc;

/// <summary>Unary calls of Connect with GET, which a page may make without being asked, and a cache may keep.</summary>
public class RpcGetTests
{
    [Fact]
    public async Task No_method_is_called_by_a_get_unless_it_is_allowed()
    {
        RpcLoopback loopback = new([], "GET", "encoding=json&message=%7B%7D");
        Assert.Null(await RpcServerCall.RunAsync(loopback, RpcMethodKind.Unary, _ => throw new InvalidOperationException()));
        Assert.Equal(405, loopback.Status);
        Assert.Contains(("allow", "POST"), loopback.ResponseFields);
    }

    [Theory]
    [InlineData(RpcMethodKind.Unary, "GET, POST")]
    [InlineData(RpcMethodKind.ServerStreaming, "POST")]
    public async Task What_is_not_allowed_is_told_what_is(RpcMethodKind kind, string allowed)
    {
        RpcLoopback loopback = new([("content-type", "application/grpc")], "PUT");
        Assert.Null(await RpcServerCall.RunAsync(
            loopback, kind, _ => throw new InvalidOperationException(), new RpcServerOptions { AllowGet = true }));
        Assert.Equal(405, loopback.Status);
        Assert.Contains(("allow", allowed), loopback.ResponseFields);
    }

    [Theory]
    [InlineData("connect=v1&encoding=json&message=%7B%22name%22%3A%22Buf%22%7D")]
    [InlineData("message=%7B%22name%22%3A%22Buf%22%7D&encoding=json&x=y")]
    [InlineData("base64=1&message=eyJuYW1lIjoiQnVmIn0&encoding=json")]
    [InlineData("base64=1&message=eyJuYW1lIjoiQnVmIn0%3D&encoding=json")]
    [InlineData("base64=2&message={\"name\":\"Buf\"}&encoding=json")]
    public async Task A_unary_call_of_connect_may_be_a_get(string query)
    {
        (RpcStatus? status, RpcLoopback loopback) = await GetAsync(query, 100);
        Assert.True(status!.IsOk);
        Assert.Contains(("content-type", "application/json"), loopback.ResponseFields);
        Assert.Contains(("vary", "accept-encoding"), loopback.ResponseFields);
        Assert.Equal("{\"name\":\"Buf\"}", Encoding.UTF8.GetString((await loopback.Response.ReadAsync()).Buffer));
    }

    [Theory]
    [InlineData("encoding=json", 400)]
    [InlineData("encoding=json&message=%7B%7D&message=1", 400)]
    [InlineData("connect=v9&encoding=json&message=1", 400)]
    [InlineData("connect=&encoding=json&message=1", 400)]
    [InlineData("encoding=json&message=\u0131", 400)]
    [InlineData("encoding=cbor&message=%7B%7D", 415)]
    public async Task A_query_that_is_no_call_is_answered_by_http(string query, int expected)
    {
        (RpcStatus? status, RpcLoopback loopback) = await GetAsync(query, 100);
        Assert.Null(status);
        Assert.Equal(expected, loopback.Status);
    }

    [Theory]
    [InlineData("encoding=json&message=12345678901", RpcStatusCode.ResourceExhausted)]
    [InlineData("encoding=json&message=1234567890", RpcStatusCode.Ok)]
    public async Task The_message_of_a_get_has_the_limit_of_all(string query, RpcStatusCode code)
    {
        (RpcStatus? status, _) = await GetAsync(query, 10);
        Assert.Equal(code, status!.Code);
    }

    [Fact]
    public void The_query_of_a_get_reads_back()
    {
        ConnectGet get = new("proto", new byte[] { 0xFB, 0xFF, 0xFE, 0 }, "gzip");
        Assert.Equal("connect=v1&base64=1&compression=gzip&encoding=proto&message=-__-AA", get.ToQuery());
        Assert.True(ConnectGet.TryParse(get.ToQuery(), out ConnectGet? again));
        Assert.Equal(("proto", "gzip", "fbfffe00"), (again.Codec, again.Encoding, Convert.ToHexStringLower(again.Message.Span)));
    }

    [Theory]
    [InlineData("message&encoding=json", "")]
    [InlineData("encoding=json&message=a+b%20c%2&x", "a b c%2")]
    [InlineData("encoding=json&message=%zz%4G%", "%zz%4G%")]
    [InlineData("compression=&base64=0&encoding=json&message=%C3%A9", "\u00C3\u00A9")]
    public void What_is_no_coding_stays_as_it_is(string query, string message)
    {
        Assert.True(ConnectGet.TryParse(query, out ConnectGet? get));
        Assert.Equal(("json", null, message), (get.Codec, get.Encoding, Encoding.Latin1.GetString(get.Message.Span)));
        Assert.True(ConnectGet.TryParse(get.ToQuery(), out ConnectGet? again));
        Assert.Equal(message, Encoding.Latin1.GetString(again.Message.Span));
        Assert.DoesNotContain("compression", get.ToQuery(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("encoding&message=1")]
    [InlineData("encoding=&message=1")]
    [InlineData("encoding=json")]
    [InlineData("message=1")]
    [InlineData("encoding=json&message=1&encoding=json")]
    [InlineData("encoding=json&base64=1&message=a+b=")]
    [InlineData("encoding=json&base64=1&message=ab%2Fc")]
    [InlineData("encoding=json&base64=1&message=a")]
    [InlineData("encoding=json&base64=1&message=ab%25")]
    public void A_query_without_its_message_or_codec_is_no_call(string query) => Assert.False(ConnectGet.TryParse(query, out _));

    private static async Task<(RpcStatus? Status, RpcLoopback Loopback)> GetAsync(string query, int limit)
    {
        RpcLoopback loopback = new([], "GET", query);
        RpcStatus? status = await RpcServerCall.RunAsync(
            loopback,
            RpcMethodKind.Unary,
            async call => await call.WriteAsync(await call.ReadOneAsync()),
            new RpcServerOptions { AllowGet = true, MaxMessageLength = limit });
        return (status, loopback);
    }
}
