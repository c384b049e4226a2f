using System.Buffers;
using System.Text;
using WireProtocols.Http1;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class WebSocketRouteTests
{
    private static readonly WebSocketConnectOptions WithSecrets
        = new() { Fields = [new("Authorization", "Bearer x"), new("cookie", "a=b"), new("X-Mine", "1")] };

    [Theory]
    [InlineData("/chat")]
    [InlineData("http://a/")]
    [InlineData("ws://a/#b")]
    public void What_is_no_URI_of_a_WebSocket_is_refused(string uri)
        => Assert.Throws<ArgumentException>(nameof(uri), () => WebSocketRoute.To(new Uri(uri, UriKind.RelativeOrAbsolute), new()));

    [Fact]
    public void User_information_becomes_a_field_and_leaves_the_URI()
    {
        WebSocketRoute route = WebSocketRoute.To(new Uri("ws://me:secret@a/b?c"), new());
        Assert.Equal("ws://a/b?c", route.Uri.AbsoluteUri);
        Assert.Equal([new("Authorization", "Basic bWU6c2VjcmV0")], route.Fields);
        Assert.Same(WithSecrets.Fields, WebSocketRoute.To(new Uri("ws://me:secret@a/b"), WithSecrets).Fields);
        Assert.Same(WithSecrets.Fields, WebSocketRoute.To(new Uri("wss://a/b"), WithSecrets).Fields);
    }

    [Theory]
    [InlineData(301, "http://b/c", "ws://b/c")]
    [InlineData(302, "https://b/c", "wss://b/c")]
    [InlineData(303, "/c", "ws://a/c")]
    [InlineData(307, "ws://b:81/c#d", "ws://b:81/c")]
    [InlineData(308, "//me:x@b/c", "ws://b/c")]
    [InlineData(300, "ws://b/c", null)]
    [InlineData(200, "ws://b/c", null)]
    [InlineData(302, null, null)]
    [InlineData(302, "ftp://b/c", null)]
    [InlineData(302, "http://", null)]
    public void A_redirect_is_followed_to_a_WebSocket_alone(int status, string? location, string? expected)
        => Assert.Equal(expected, WebSocketRoute.To(new Uri("ws://a/b"), new()).Follow(Refusal(status, location))?.Uri.AbsoluteUri);

    [Fact]
    public void What_is_secret_does_not_leave_TLS_or_its_host()
    {
        Assert.Null(WebSocketRoute.To(new Uri("wss://a/"), WithSecrets).Follow(Refusal(302, "ws://a/")));
        Assert.Null(WebSocketRoute.To(new Uri("ws://a/"), WithSecrets).Follow(null));
        Assert.Equal(3, WebSocketRoute.To(new Uri("wss://a/"), WithSecrets).Follow(Refusal(302, "/other"))!.Fields.Count);
        Assert.Equal([new("X-Mine", "1")], WebSocketRoute.To(new Uri("wss://a/"), WithSecrets).Follow(Refusal(302, "wss://b/"))!.Fields);
        Assert.Equal([new("X-Mine", "1")], WebSocketRoute.To(new Uri("ws://a/"), WithSecrets).Follow(Refusal(302, "wss://a/"))!.Fields);
        Assert.Equal([new("X-Mine", "1")], WebSocketRoute.To(new Uri("ws://a/"), WithSecrets).Follow(Refusal(302, "ws://a:8080/"))!.Fields);
    }

    private static WebSocketHandshakeRefusal Refusal(int status, string? location)
    {
        string head = $"HTTP/1.1 {status} x\r\n{(location is null ? "" : $"Location: {location}\r\n")}\r\n";
        using Http1ResponseDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode(Encoding.ASCII.GetBytes(head), out _, out Http1ResponseHead response));
        return WebSocketHandshakeRefusal.FromHead(response);
    }
}
