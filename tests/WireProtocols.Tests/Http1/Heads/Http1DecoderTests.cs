using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

public class Http1DecoderTests
{
    private static readonly byte[] Head = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
    private static readonly byte[] Message = [.. Head, .. "hello"u8];

    [Fact]
    public void A_whole_head_is_lent_where_it_lies()
    {
        using Http1RequestDecoder decoder = new();
        Assert.Equal(OperationStatus.Done, decoder.Decode(Message, out int consumed, out Http1RequestHead head));

        Assert.Equal(Head.Length, consumed);
        Assert.Equal(Head.Length, decoder.Position);
        Assert.True(Message.AsSpan().Overlaps(head.Bytes, out int offset) && offset == 0);
    }

    [Fact]
    public void An_error_stays_and_consumes_nothing()
    {
        using Http1RequestDecoder decoder = new();
        Assert.Equal(OperationStatus.InvalidData, decoder.Decode("GET /\n"u8, out int consumed, out _));
        Assert.Equal(0, consumed);
        Assert.Equal(OperationStatus.InvalidData, decoder.Decode(Message, out consumed, out _));
        Assert.Equal(0, consumed);
        Assert.Equal(OperationStatus.InvalidData, decoder.Complete());
        Assert.Equal((Http1ProtocolError.BareLineFeed, 5), (decoder.Error, decoder.ErrorOffset));

        decoder.Reset();
        Assert.Equal(Http1ProtocolError.None, decoder.Error);
        Assert.Equal(OperationStatus.Done, decoder.Decode(Message, out _, out _));
    }

    /// <summary>RFC 9112 §6.3: "a client MUST ignore any Content-Length or Transfer-Encoding header fields received in" a 2xx to CONNECT.</summary>
    [Theory]
    [InlineData(200, true, true)]
    [InlineData(299, true, true)]
    [InlineData(300, true, false)]
    [InlineData(200, false, false)]
    [InlineData(103, false, true)]
    public void Fields_about_the_body_mean_nothing_where_there_is_none(int status, bool answersConnect, bool areIgnored)
    {
        using Http1ResponseDecoder decoder = new() { AnswersConnect = answersConnect };
        Assert.Equal(answersConnect, decoder.AnswersConnect);
        byte[] response = Encoding.ASCII.GetBytes($"HTTP/1.1 {status} x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");
        OperationStatus decoded = decoder.Decode(response, out _, out _);
        Assert.Equal(areIgnored ? OperationStatus.Done : OperationStatus.InvalidData, decoded);
    }

    [Theory]
    [InlineData("http://a", "a", "/", "")]
    [InlineData("http://a/", "a", "/", "")]
    [InlineData("http://ab:80/c/d?e?f", "ab:80", "/c/d", "e?f")]
    [InlineData("http://a?b", "a", "/", "b")]
    [InlineData("/x?", "h", "/x", "")]
    [InlineData("/?y/z", "h", "/", "y/z")]
    public void A_target_comes_apart_at_its_first_slash_and_question_mark(string target, string authority, string path, string query)
    {
        using Http1RequestDecoder decoder = new();
        byte[] request = Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: h\r\n\r\n");
        Assert.Equal(OperationStatus.Done, decoder.Decode(request, out _, out Http1RequestHead head));
        Assert.Equal(
            (authority, path, query),
            (Encoding.ASCII.GetString(head.Authority), Encoding.ASCII.GetString(head.Path), Encoding.ASCII.GetString(head.Query)));
    }

    /// <summary>Both ways through a head: lines that are whole, and a byte at a time.</summary>
    [Theory]
    [InlineData(0, Http1ProtocolError.None, 0)]
    [InlineData(1, Http1ProtocolError.FieldLineTooLong, 36)]
    [InlineData(2, Http1ProtocolError.FieldLineTooLong, 36)]
    public void A_line_of_a_head_has_as_many_bytes_as_it_may_and_not_one_more(int more, Http1ProtocolError error, long offset)
    {
        byte[] head = Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nA: {new string('x', 17 + more)}\r\nHost: a\r\n\r\n");
        foreach (int size in new[] { 1, 7, head.Length })
        {
            using Http1RequestDecoder decoder = new(new Http1Options { MaxFieldLineLength = 20 });
            foreach (byte[] piece in head.Chunk(size))
            {
                decoder.Decode(piece, out _, out _);
            }

            Assert.Equal((error, offset), (decoder.Error, decoder.ErrorOffset));
        }
    }

    [Theory]
    [InlineData(0, Http1ProtocolError.None, 0)]
    [InlineData(1, Http1ProtocolError.RequestLineTooLong, 20)]
    [InlineData(2, Http1ProtocolError.RequestLineTooLong, 20)]
    public void A_request_line_has_as_many_bytes_as_it_may_and_not_one_more(int more, Http1ProtocolError error, long offset)
    {
        byte[] head = Encoding.ASCII.GetBytes($"GET /{new string('x', 6 + more)} HTTP/1.1\r\nHost: a\r\n\r\n");
        foreach (int size in new[] { 1, 7, head.Length })
        {
            using Http1RequestDecoder decoder = new(new Http1Options { MaxStartLineLength = 20 });
            foreach (byte[] piece in head.Chunk(size))
            {
                decoder.Decode(piece, out _, out _);
            }

            Assert.Equal((error, offset), (decoder.Error, decoder.ErrorOffset));
        }
    }

    /// <summary>Wherever in the line the limit falls: in the target, in a triplet of its, in the version.</summary>
    [Theory]
    [InlineData("GET /abc%20def?x=%7E HTTP/1.1")]
    [InlineData("OPTIONS * HTTP/1.1")]
    [InlineData("CONNECT example.com:443 HTTP/1.1")]
    [InlineData("DELETE http://[::1]:80/a%2F HTTP/1.0")]
    public void A_request_line_stops_at_its_limit_wherever_that_is(string line)
    {
        for (int limit = 16; limit <= line.Length; limit++)
        {
            (Http1ProtocolError, long) expected = limit == line.Length ? default : (Http1ProtocolError.RequestLineTooLong, limit);
            foreach (int size in new[] { 1, 3, line.Length + 16 })
            {
                using Http1RequestDecoder decoder = new(new Http1Options { MaxStartLineLength = limit });
                Assert.Equal(expected, ErrorOf(decoder, $"{line}\r\nHost: a\r\n\r\n", size));
            }
        }
    }

    [Fact]
    public void A_status_line_stops_at_its_limit_wherever_that_is()
    {
        const string Line = "HTTP/1.1 200 All is well";
        for (int limit = 16; limit <= Line.Length; limit++)
        {
            (Http1ProtocolError, long) expected = limit == Line.Length ? default : (Http1ProtocolError.StatusLineTooLong, limit);
            foreach (int size in new[] { 1, 3, Line.Length + 16 })
            {
                using Http1ResponseDecoder decoder = new(new Http1Options { MaxStartLineLength = limit });
                Assert.Equal(expected, ErrorOf(decoder, $"{Line}\r\n\r\n", size));
            }
        }
    }

    private static (Http1ProtocolError Error, long Offset) ErrorOf<THead>(Http1HeadDecoder<THead> decoder, string head, int size)
        where THead : struct, allows ref struct
    {
        foreach (byte[] piece in Encoding.ASCII.GetBytes(head).Chunk(size))
        {
            decoder.Decode(piece, out _, out _);
        }

        return (decoder.Error, decoder.ErrorOffset);
    }

    [Fact]
    public void Offsets_count_from_the_start_of_the_input_over_all_heads()
    {
        using Http1ResponseDecoder decoder = new();
        byte[] input = Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 2x0 OK\r\n");
        Assert.Equal(OperationStatus.Done, decoder.Decode(input, out int consumed, out _));
        Assert.Equal(OperationStatus.InvalidData, decoder.Decode(input.AsSpan(consumed), out _, out _));

        Assert.Equal((Http1ProtocolError.InvalidStatusCode, 29), (decoder.Error, decoder.ErrorOffset));
    }

    [Fact]
    public void Decoding_allocates_nothing_whole_or_in_pieces()
    {
        using Http1RequestDecoder decoder = new();
        long Decode(int size)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int at = 0; at < Head.Length; at += size)
            {
                decoder.Decode(Head.AsSpan(at, Math.Min(size, Head.Length - at)), out _, out Http1RequestHead head);
                _ = head.Fields.Count > 0 && head.Fields.ContainsElement("content-length"u8, "5"u8);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        foreach (int size in new[] { 1000, 7, 1 })
        {
            Decode(size);
            Assert.Equal(0, Decode(size));
        }
    }

    [Fact]
    public async Task The_body_stays_in_the_pipe()
    {
        foreach (int size in new[] { 1, 10, 100 })
        {
            string body = await Trickle.RunAsync(Message, size, async pipe =>
            {
                using Http1RequestReader reader = new(pipe);
                OwnedHttp1RequestHead? head = await reader.ReadAsync();
                Assert.Equal(5, head!.Head.ContentLength);
                ReadResult rest = await pipe.ReadAtLeastAsync(5);
                string text = Encoding.ASCII.GetString(rest.Buffer);
                pipe.AdvanceTo(rest.Buffer.End);
                return text;
            });
            Assert.Equal("hello", body);
        }
    }

    [Fact]
    public async Task A_reader_goes_on_after_a_body_that_another_one_read()
    {
        PipeReader pipe = PipeReader.Create(new ReadOnlySequence<byte>([.. Message, .. Message]));
        using Http1RequestReader reader = new(pipe);
        for (int message = 0; message < 2; message++)
        {
            Assert.True(await reader.WaitToReadAsync());
            Assert.True(reader.TryRead(out Http1RequestHead head));
            Assert.Equal(5, head.ContentLength);
            reader.Release();
            ReadResult body = await pipe.ReadAsync();
            Assert.StartsWith("hello", Encoding.ASCII.GetString(body.Buffer), StringComparison.Ordinal);
            pipe.AdvanceTo(body.Buffer.GetPosition(5));
        }

        Assert.False(await reader.WaitToReadAsync());
        Assert.Null(await reader.ReadAsync());
    }

    [Fact]
    public async Task ReadAllAsync_yields_heads_that_may_be_kept()
    {
        using Http1ResponseReader reader
            = new(PipeReader.Create(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes("HTTP/1.1 100 \r\n\r\nHTTP/1.1 204 \r\nX: y\r\n\r\n"))));
        List<OwnedHttp1ResponseHead> heads = [];
        await foreach (OwnedHttp1ResponseHead head in reader.ReadAllAsync())
        {
            heads.Add(head);
        }

        Assert.Equal([100, 204], heads.Select(h => h.StatusCode));
        Assert.Equal("y", heads[1].GetField("x"u8));
    }

    [Fact]
    public async Task A_cancelled_wait_leaves_the_reader_usable()
    {
        Pipe pipe = new();
        await pipe.Writer.WriteAsync(Head.AsMemory(0, 20));
        using Http1RequestReader reader = new(pipe.Reader);
        Assert.True(await reader.WaitToReadAsync());
        Assert.False(reader.TryRead(out _));
        using CancellationTokenSource source = new();
        ValueTask<bool> wait = reader.WaitToReadAsync(source.Token);
        await source.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await wait);

        await pipe.Writer.WriteAsync(Head.AsMemory(20));
        Assert.True(await reader.WaitToReadAsync());
        Assert.True(reader.TryRead(out Http1RequestHead head));
        Assert.True(head.Bytes.SequenceEqual(Head));
    }

    [Fact]
    public async Task The_exception_names_rule_section_offset_and_status()
    {
        using Http1RequestReader reader = new(PipeReader.Create(new ReadOnlySequence<byte>(Encoding.ASCII.GetBytes("GET / HTTP/3.0\r\n\r\n"))));
        Http1ProtocolException e = await Assert.ThrowsAsync<Http1ProtocolException>(async () => await reader.ReadAsync());

        Assert.Equal(("UnsupportedVersion", "RFC 9110 §15.6.6", 11L, 505), (e.Code, e.Section, e.Offset, e.StatusCode));
        Assert.Equal(Http1ProtocolError.UnsupportedVersion, e.Error);
    }

    [Fact]
    public void A_head_that_never_ends_is_cut_at_the_limit()
    {
        using Http1RequestDecoder decoder = new(new Http1Options { MaxFieldCount = int.MaxValue });
        decoder.Decode("GET / HTTP/1.1\r\n"u8, out _, out _);
        OperationStatus status = OperationStatus.NeedMoreData;
        int fed = 0;
        for (; status == OperationStatus.NeedMoreData && fed < 1_000_000; fed++)
        {
            status = decoder.Decode("a:b\r\n"u8, out _, out _);
        }

        Assert.Equal((Http1ProtocolError.HeadTooLarge, 32768), (decoder.Error, decoder.ErrorOffset));
        Assert.Equal((32768 - 16) / 5 + 1, fed);
    }
}
