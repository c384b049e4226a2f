using System.Buffers;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

/// <summary>RFC 9112 §6.3, rule by rule; and the conflicts that smuggle requests, refused with the head.</summary>
public class Http1BodyFramingTests
{
    private static readonly Http1Options OtherCodings = new() { AllowOtherTransferCodings = true };

    [Theory]
    [InlineData("", "None")]
    [InlineData("Content-Length: 0\r\n", "Length 0")]
    [InlineData("Content-Length: 42\r\n", "Length 42")]
    [InlineData("Content-Length: 9223372036854775807\r\n", "Length 9223372036854775807")]
    [InlineData("Transfer-Encoding: chunked\r\n", "Chunked")]
    [InlineData("Transfer-Encoding: CHUNKED\r\n", "Chunked")]
    [InlineData("Transfer-Encoding: deflate, chunked\r\n", "Chunked")]
    [InlineData("Transfer-Encoding: deflate\r\nTransfer-Encoding: chunked\r\n", "Chunked")]
    [InlineData("Transfer-Encoding: ,chunked\r\n", "Chunked")]
    public void A_request_has_a_body_where_its_head_says_so(string fields, string framing)
        => Assert.Equal(framing, Request("POST", fields, OtherCodings));

    [Theory]
    [InlineData("Transfer-Encoding: chunked, deflate\r\n", Http1ProtocolError.ChunkedNotFinal)]
    [InlineData("Transfer-Encoding: chunkedchunked\r\n", Http1ProtocolError.ChunkedNotFinal)]
    [InlineData("Transfer-Encoding: identity\r\n", Http1ProtocolError.ChunkedNotFinal)]
    [InlineData("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", Http1ProtocolError.ChunkedTwice)]
    [InlineData("Transfer-Encoding: chunked, chunked\r\n", Http1ProtocolError.ChunkedTwice)]
    [InlineData("Transfer-Encoding: chunked\r\n  abc\r\n", Http1ProtocolError.ObsoleteLineFolding)]
    [InlineData("Transfer-Encoding : chunked\r\n", Http1ProtocolError.WhitespaceBeforeColon)]
    [InlineData("Transfer-Encoding: \vchunked\r\n", Http1ProtocolError.InvalidFieldValue)]
    [InlineData("Transfer-Encoding: chunked\f\r\n", Http1ProtocolError.InvalidFieldValue)]
    [InlineData("Transfer-Encoding: chunked\0\r\n", Http1ProtocolError.NulInFieldValue)]
    [InlineData("Transfer-Encoding: \u00a0chunked\r\n", Http1ProtocolError.InvalidTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked;ext=val\r\n", Http1ProtocolError.InvalidTransferEncoding)]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", Http1ProtocolError.ContentLengthWithTransferEncoding)]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", Http1ProtocolError.ContentLengthWithTransferEncoding)]
    [InlineData("Content-Length: 5\r\nContent-Length: 5\r\n", Http1ProtocolError.DuplicateContentLength)]
    [InlineData("Content-Length: 5, 5\r\n", Http1ProtocolError.InvalidContentLength)]
    [InlineData("Content-Length: +5\r\n", Http1ProtocolError.InvalidContentLength)]
    [InlineData("Content-Length: 9223372036854775808\r\n", Http1ProtocolError.ContentLengthTooLarge)]
    [InlineData("X: x\nTransfer-Encoding: chunked\r\n", Http1ProtocolError.BareLineFeed)]
    [InlineData("X: x\rTransfer-Encoding: chunked\r\n", Http1ProtocolError.BareCarriageReturn)]
    public void A_request_whose_framing_could_be_read_in_two_ways_is_refused(string fields, Http1ProtocolError error)
        => Assert.Equal(error.ToString(), Request("POST", fields, OtherCodings));

    [Fact]
    public void A_coding_that_nobody_decodes_is_refused()
        => Assert.Equal("UnsupportedTransferCoding", Request("POST", "Transfer-Encoding: deflate, chunked\r\n", Http1Options.Default));

    [Fact]
    public void HTTP_1_0_has_no_transfer_coding()
        => Assert.Equal("TransferEncodingInHttp10", Decode("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", Http1Options.Default));

    [Theory]
    [InlineData("GET", 200, "", "UntilClose")]
    [InlineData("GET", 200, "Content-Length: 7\r\n", "Length 7")]
    [InlineData("GET", 200, "Transfer-Encoding: chunked\r\n", "Chunked")]
    [InlineData("GET", 200, "Transfer-Encoding: gzip, chunked\r\n", "Chunked")]
    [InlineData("GET", 200, "Transfer-Encoding: chunked, deflate\r\n", "UntilClose")]
    [InlineData("GET", 200, "Transfer-Encoding: gzip\r\n", "UntilClose")]
    [InlineData("HEAD", 200, "Content-Length: 7\r\n", "None")]
    [InlineData("HEAD", 404, "Transfer-Encoding: chunked\r\n", "None")]
    [InlineData("head", 200, "Content-Length: 7\r\n", "Length 7")]
    [InlineData("GET", 304, "Content-Length: 7\r\n", "None")]
    [InlineData("GET", 204, "", "None")]
    [InlineData("GET", 100, "", "None")]
    [InlineData("GET", 103, "Link: <a>\r\n", "None")]
    [InlineData("GET", 101, "Upgrade: websocket\r\nConnection: upgrade\r\n", "Tunnel")]
    [InlineData("CONNECT", 200, "Content-Length: 7\r\n", "Tunnel")]
    [InlineData("CONNECT", 200, "Transfer-Encoding: chunked\r\n", "Tunnel")]
    [InlineData("CONNECT", 407, "Content-Length: 7\r\n", "Length 7")]
    public void A_response_has_the_body_that_its_request_and_status_allow(string method, int status, string fields, string framing)
    {
        using Http1ResponseDecoder decoder = new(OtherCodings);
        byte[] bytes = Encoding.Latin1.GetBytes($"HTTP/1.1 {status} X\r\n{fields}\r\n");
        Assert.Equal(OperationStatus.Done, decoder.Decode(bytes, out _, out Http1ResponseHead head));
        Assert.Equal(framing, Http1BodyFraming.OfResponse(head, Encoding.ASCII.GetBytes(method)).ToString());
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("Content-Length: 7\r\n", true)]
    [InlineData("Transfer-Encoding: chunked\r\n", true)]
    public void A_request_leaves_its_connection_usable(string fields, bool usable)
    {
        using Http1RequestDecoder decoder = new();
        decoder.Decode(Encoding.Latin1.GetBytes($"POST / HTTP/1.1\r\nHost: a\r\n{fields}\r\n"), out _, out Http1RequestHead head);
        Assert.Equal(usable, Http1BodyFraming.OfRequest(head).LeavesConnectionUsable);
    }

    private static string Request(string method, string fields, Http1Options options)
        => Decode($"{method} / HTTP/1.1\r\nHost: a\r\n{fields}\r\n", options);

    private static string Decode(string message, Http1Options options)
    {
        using Http1RequestDecoder decoder = new(options);
        OperationStatus status = decoder.Decode(Encoding.Latin1.GetBytes(message), out _, out Http1RequestHead head);
        return status == OperationStatus.Done ? Http1BodyFraming.OfRequest(head).ToString() : decoder.Error.ToString();
    }
}
