using System.Buffers;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

public class Http1HeadWriterTests
{
    [Fact]
    public void A_request_is_written_as_it_reads()
    {
        ArrayBufferWriter<byte> output = new();
        Http1HeadWriter head = Http1HeadWriter.StartRequest(output, "POST"u8, "/a?b=%20"u8);
        head.WriteField("Host"u8, "example.com");
        head.WriteField("Content-Length"u8, 5);
        head.WriteField("X-Empty"u8, ""u8);
        head.Complete();

        Assert.Equal("POST /a?b=%20 HTTP/1.1\r\nHost: example.com\r\nContent-Length: 5\r\nX-Empty: \r\n\r\n", Text(output));
    }

    [Fact]
    public void A_response_is_written_as_it_reads()
    {
        ArrayBufferWriter<byte> output = new();
        Http1HeadWriter head = Http1HeadWriter.StartResponse(output, 101);
        head.WriteField("Upgrade"u8, "websocket"u8);
        head.Complete();
        head = Http1HeadWriter.StartResponse(output, 599, ""u8);
        head.Complete();

        Assert.Equal("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\nHTTP/1.1 599 \r\n\r\n", Text(output));
    }

    [Theory]
    [InlineData("", "/")]
    [InlineData("GE T", "/")]
    [InlineData("GET\r\n", "/")]
    [InlineData("GET", "")]
    [InlineData("GET", "/ HTTP/1.1\r\nX: y\r\n")]
    [InlineData("GET", "/a b")]
    [InlineData("GET", "/\n")]
    [InlineData("GET", "/%4")]
    [InlineData("GET", "/#x")]
    [InlineData("GET", "a")]
    [InlineData("GET", "*")]
    [InlineData("PRI", "*")]
    [InlineData("CONNECT", "/")]
    [InlineData("CONNECT", "a:0")]
    public void A_request_line_that_would_not_parse_back_is_refused(string method, string target)
    {
        ArrayBufferWriter<byte> output = new();

        Assert.Throws<ArgumentException>(
            () => { Http1HeadWriter.StartRequest(output, Encoding.Latin1.GetBytes(method), Encoding.Latin1.GetBytes(target)); });
        Assert.Equal(0, output.WrittenCount);
    }

    [Theory]
    [InlineData("X\r\nY", "a")]
    [InlineData("X:", "a")]
    [InlineData("", "a")]
    [InlineData("X ", "a")]
    [InlineData("X", "a\r\nY: b")]
    [InlineData("X", "a\nY: b")]
    [InlineData("X", "a\rb")]
    [InlineData("X", "a\0")]
    [InlineData("X", "\x7F")]
    [InlineData("X", " a")]
    [InlineData("X", "a\t")]
    [InlineData("Host", "a b")]
    [InlineData("host", "second")]
    [InlineData("Content-Length", "+1")]
    [InlineData("Content-Length", "1, 1")]
    [InlineData("Content-Length", "")]
    [InlineData("Transfer-Encoding", "chunked, chunked")]
    [InlineData("Transfer-Encoding", "chunked, gzip")]
    [InlineData("Transfer-Encoding", "\"chunked\"")]
    public void A_field_that_would_not_parse_back_is_refused_and_leaves_no_trace(string name, string value)
    {
        ArrayBufferWriter<byte> output = new();
        Http1HeadWriter head = Http1HeadWriter.StartRequest(output, "GET"u8, "/"u8);
        head.WriteField("Host"u8, "a"u8);
        int before = output.WrittenCount;
        bool refused = false;
        try
        {
            head.WriteField(Encoding.Latin1.GetBytes(name), Encoding.Latin1.GetBytes(value));
        }
        catch (ArgumentException)
        {
            refused = true;
        }

        Assert.True(refused);
        Assert.Equal(before, output.WrittenCount);
        head.WriteField("Content-Length"u8, 1);
        head.Complete();
        Assert.Equal("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", Text(output));
    }

    [Theory]
    [InlineData("Content-Length", "Transfer-Encoding")]
    [InlineData("Transfer-Encoding", "Content-Length")]
    [InlineData("Content-Length", "Content-Length")]
    public void Contradictory_framing_is_refused(string first, string second)
    {
        string[] values = [first, second];
        Assert.Throws<ArgumentException>(() =>
        {
            Http1HeadWriter head = Http1HeadWriter.StartResponse(new ArrayBufferWriter<byte>(), 200);
            foreach (string name in values)
            {
                head.WriteField(Encoding.ASCII.GetBytes(name), name[0] == 'C' ? "1"u8 : "chunked"u8);
            }
        });
    }

    [Theory]
    [InlineData(101)]
    [InlineData(204)]
    public void A_response_without_body_has_no_framing(int status)
    {
        Assert.Throws<ArgumentException>(() =>
        {
            Http1HeadWriter head = Http1HeadWriter.StartResponse(new ArrayBufferWriter<byte>(), status);
            head.WriteField("Content-Length"u8, 0);
        });
        Assert.Throws<ArgumentException>(() =>
        {
            Http1HeadWriter head = Http1HeadWriter.StartResponse(new ArrayBufferWriter<byte>(), status);
            head.WriteField("Transfer-Encoding"u8, "chunked"u8);
        });
    }

    [Fact]
    public void A_request_without_Host_cannot_be_completed()
    {
        ArrayBufferWriter<byte> output = new();
        Assert.Throws<InvalidOperationException>(() =>
        {
            Http1HeadWriter head = Http1HeadWriter.StartRequest(output, "GET"u8, "/"u8);
            head.Complete();
        });
        Assert.Equal("GET / HTTP/1.1\r\n", Text(output));
    }

    [Fact]
    public void A_request_with_codings_that_do_not_end_in_chunked_cannot_be_completed() => Assert.Throws<InvalidOperationException>(() =>
    {
        Http1HeadWriter head = Http1HeadWriter.StartRequest(new ArrayBufferWriter<byte>(), "GET"u8, "/"u8);
        head.WriteField("Host"u8, ""u8);
        head.WriteField("Transfer-Encoding"u8, "gzip"u8);
        head.Complete();
    });

    [Fact]
    public void Nothing_can_be_written_after_the_end()
    {
        Assert.Throws<InvalidOperationException>(() =>
        {
            Http1HeadWriter head = Http1HeadWriter.StartResponse(new ArrayBufferWriter<byte>(), 200);
            head.Complete();
            head.WriteField("X"u8, "y"u8);
        });
        Assert.Throws<InvalidOperationException>(() =>
        {
            Http1HeadWriter head = default;
            head.Complete();
        });
    }

    [Theory]
    [InlineData(99)]
    [InlineData(600)]
    [InlineData(-1)]
    public void A_status_code_has_three_digits_and_a_class(int status)
        => Assert.Throws<ArgumentOutOfRangeException>(() => { Http1HeadWriter.StartResponse(new ArrayBufferWriter<byte>(), status); });

    [Fact]
    public void A_text_value_is_ASCII()
    {
        Assert.Throws<ArgumentException>(() =>
        {
            Http1HeadWriter head = Http1HeadWriter.StartResponse(new ArrayBufferWriter<byte>(), 200);
            head.WriteField("X"u8, "gr\u00FC\u00DFe");
        });
        ArrayBufferWriter<byte> output = new();
        Http1HeadWriter head = Http1HeadWriter.StartResponse(output, 200);
        head.WriteField("X"u8, new string('a', 1000));
        head.Complete();
        Assert.Equal($"HTTP/1.1 200 OK\r\nX: {new string('a', 1000)}\r\n\r\n", Text(output));
    }

    [Fact]
    public void Writing_allocates_nothing()
    {
        ArrayBufferWriter<byte> output = new(4096);
        long Write()
        {
            output.ResetWrittenCount();
            long before = GC.GetAllocatedBytesForCurrentThread();
            Http1HeadWriter head = Http1HeadWriter.StartResponse(output, 200);
            head.WriteField("Content-Type"u8, "text/plain"u8);
            head.WriteField("Content-Length"u8, 12345);
            head.WriteField("X"u8, "y");
            head.Complete();
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Write();
        Assert.Equal(0, Write());
    }

    [Theory]
    [InlineData(Http1ProtocolError.MissingHost, "HTTP/1.1 400 Bad Request\r\n")]
    [InlineData(Http1ProtocolError.RequestLineTooLong, "HTTP/1.1 414 URI Too Long\r\n")]
    [InlineData(Http1ProtocolError.Http2Preface, "HTTP/1.1 505 HTTP Version Not Supported\r\n")]
    public void A_refusal_has_the_status_and_says_why(Http1ProtocolError error, string start)
    {
        ArrayBufferWriter<byte> output = new();
        Http1Refusal.Write(output, error);

        using Http1ResponseDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode(output.WrittenSpan, out int consumed, out Http1ResponseHead head));
        Assert.StartsWith(start, Text(output), StringComparison.Ordinal);
        Assert.False(head.IsKeepAlive);
        Assert.Equal($"{error.GetRule().Text} ({error.GetRule().Section}).\n", Encoding.UTF8.GetString(output.WrittenSpan[consumed..]));
        Assert.Equal(output.WrittenCount - consumed, head.ContentLength);
    }

    private static string Text(ArrayBufferWriter<byte> output) => Encoding.Latin1.GetString(output.WrittenSpan);
}
