using System.Buffers;
using System.Text;
using WireProtocols.Http1;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

/// <summary>A client that is refused sees why: status, fields and the beginning of the body.</summary>
public class WebSocketHandshakeRefusalTests
{
    private static readonly WebSocketHandshakeOffer Offer = new("example.com", "/chat");

    [Theory]
    [InlineData("302 Found", "Location", "wss://example.com/other")]
    [InlineData("401 Unauthorized", "WWW-Authenticate", "Basic realm=\"chat\"")]
    [InlineData("429 Too Many Requests", "Retry-After", "120")]
    [InlineData("503 ", "retry-after", "5")]
    public void The_exception_of_a_client_has_status_and_fields(string status, string name, string value)
    {
        WebSocketHandshakeException exception = Refused($"HTTP/1.1 {status}\r\n{name}: {value}\r\nContent-Length: 0\r\n\r\n");
        Assert.Equal(WebSocketHandshakeError.UnexpectedStatus, exception.Error);
        Assert.Equal(int.Parse(status[..3], null), exception.StatusCode);
        Assert.Equal(status[4..], exception.Refusal!.ReasonPhrase);
        Assert.Equal(value, exception.Refusal.GetField(name.ToUpperInvariant()));
        Assert.Null(exception.Refusal.GetField("Other"));
        Assert.Null(exception.RefusalStatus);
        Assert.Contains(status.TrimEnd(), exception.Message, StringComparison.Ordinal);
        Assert.Equal(name == "Location", exception.Message.Contains($"Location: {value}", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_other_error_has_no_response()
    {
        WebSocketHandshakeException exception = Refused("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n");
        Assert.Equal(WebSocketHandshakeError.MissingAccept, exception.Error);
        Assert.Null(exception.Refusal);
        Assert.Null(exception.StatusCode);
    }

    [Fact]
    public void Of_a_body_the_beginning_is_kept()
    {
        WebSocketHandshakeRefusal refusal = Refused("HTTP/1.1 403 Forbidden\r\nX: 1\r\nX: 2\r\n\r\n").Refusal!;
        Assert.Equal(["X: 1", "X: 2"], refusal.Fields.Select(f => $"{f.Name}: {f.Value}"));
        Assert.True(refusal.Body.IsEmpty);
        Assert.False(refusal.IsBodyWhole);

        WebSocketHandshakeRefusal whole = refusal.WithBody("{\"error\":\"no seat\"}"u8.ToArray(), isWhole: true);
        Assert.Equal((403, "{\"error\":\"no seat\"}", true), (whole.StatusCode, whole.GetBodyText(), whole.IsBodyWhole));
        Assert.False(refusal.WithBody("cut"u8.ToArray(), isWhole: false).IsBodyWhole);

        WebSocketHandshakeRefusal tooLong = refusal.WithBody(new byte[WebSocketHandshakeRefusal.MaxBodyLength + 1], isWhole: true);
        Assert.Equal((WebSocketHandshakeRefusal.MaxBodyLength, false), (tooLong.Body.Length, tooLong.IsBodyWhole));
    }

    private static WebSocketHandshakeException Refused(string response)
    {
        using Http1ResponseDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode(Encoding.ASCII.GetBytes(response), out _, out Http1ResponseHead head));
        try
        {
            new WebSocketHandshakeClient(Offer).Accept(head);
        }
        catch (WebSocketHandshakeException exception)
        {
            return exception;
        }

        throw new InvalidOperationException("The response was accepted.");
    }
}
