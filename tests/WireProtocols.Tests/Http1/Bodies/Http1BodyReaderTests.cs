using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

public class Http1BodyReaderTests
{
    [Theory]
    [InlineData("", "", "", "")]
    [InlineData("Content-Length: 0\r\n", "", "", "")]
    [InlineData("Content-Length: 5\r\n", "hello", "hello", "")]
    [InlineData("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\nX-Sum: 5\r\n\r\n", "hello", "X-Sum=5")]
    public async Task Any_body_is_read_and_the_next_head_follows(string fields, string body, string payload, string trailers)
    {
        string first = $"POST /first HTTP/1.1\r\nHost: a\r\n{fields}\r\n{body}";
        byte[] input = Encoding.Latin1.GetBytes(first + "GET /second HTTP/1.1\r\nHost: a\r\n\r\n");
        foreach (int size in (int[])[1, 2, 7, input.Length])
        {
            string read = await Trickle.RunAsync(input, size, async pipe =>
            {
                using Http1RequestReader heads = new(pipe);
                OwnedHttp1RequestHead head = (await heads.ReadAsync())!;
                using Http1BodyReader reader = new(pipe, Http1BodyFraming.OfRequest(head.Head));
                string text = await ReadToEndAsync(reader);
                string names = string.Join(",", reader.Trailers.Select(t => $"{t.Name}={t.Value}"));
                return $"{head.Target} {text} {names} {(await heads.ReadAsync())!.Target}";
            });
            Assert.Equal($"/first {payload} {trailers} /second", read);
        }
    }

    [Fact]
    public async Task A_response_without_length_goes_on_until_the_connection_closes()
    {
        using Http1BodyReader reader = Create("HTTP/1.0 200 OK\r\n\r\n", "hello", "GET");
        Assert.Equal(Http1BodyKind.UntilClose, reader.Framing.Kind);
        Assert.False(reader.Framing.LeavesConnectionUsable);
        Assert.Equal("hello", await ReadToEndAsync(reader));
    }

    [Fact]
    public async Task A_body_that_is_shorter_than_its_length_is_incomplete()
    {
        using Http1BodyReader reader = Create("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", "hello", "GET");
        ReadResult result = await reader.ReadAsync();
        Assert.Equal("hello", Encoding.Latin1.GetString(result.Buffer));
        Assert.False(result.IsCompleted);
        reader.AdvanceTo(result.Buffer.GetPosition(2), result.Buffer.End);
        Http1IncompleteBodyException exception = await Assert.ThrowsAsync<Http1IncompleteBodyException>(async () => await reader.ReadAsync());
        Assert.Equal(("UnexpectedEnd", "RFC 9112 §6.3", 5L), (exception.Code, exception.Section, exception.Offset));
    }

    [Fact]
    public async Task What_was_not_consumed_comes_again_even_when_all_of_it_was_examined()
    {
        Pipe pipe = new();
        await pipe.Writer.WriteAsync("helloGET"u8.ToArray());
        using Http1BodyReader reader = new(pipe.Reader, Http1BodyFraming.OfResponse(Head("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), "GET"u8));
        ReadResult result = await reader.ReadAsync();
        Assert.True(result.IsCompleted);
        reader.AdvanceTo(result.Buffer.GetPosition(2), result.Buffer.End);
        Assert.True(reader.TryRead(out result));
        Assert.Equal("llo", Encoding.Latin1.GetString(result.Buffer));
        reader.AdvanceTo(result.Buffer.End);
        Assert.True((await reader.ReadAsync()).Buffer.IsEmpty);
        ReadResult next = await pipe.Reader.ReadAsync();
        Assert.Equal("GET", Encoding.Latin1.GetString(next.Buffer));
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n", "hello", 5, true)]
    [InlineData("Content-Length: 5\r\n", "hello", 4, false)]
    [InlineData("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n", 5, true)]
    [InlineData("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n", 4, false)]
    public async Task The_rest_of_a_body_can_be_dropped_up_to_a_limit(string fields, string body, int limit, bool dropped)
    {
        using Http1BodyReader reader = Create($"HTTP/1.1 200 OK\r\n{fields}\r\n", body, "GET");
        Assert.Equal(dropped, await reader.DrainAsync(limit));
    }

    [Fact]
    public async Task A_tunnel_has_no_body()
    {
        using Http1BodyReader reader = Create("HTTP/1.1 101 Switching Protocols\r\n\r\n", "frames", "GET");
        ReadResult result = await reader.ReadAsync();
        Assert.True(result is { IsCompleted: true, Buffer.IsEmpty: true });
        reader.AdvanceTo(result.Buffer.End);
    }

    [Fact]
    public async Task After_its_completion_nothing_is_read()
    {
        Http1BodyReader reader = Create("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "hello", "GET");
        await reader.CompleteAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await reader.ReadAsync());
        Assert.Throws<ObjectDisposedException>(() => reader.TryRead(out _));
    }

    private static Http1BodyReader Create(string head, string body, string method)
        => new(
            PipeReader.Create(new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(body))),
            Http1BodyFraming.OfResponse(Head(head), Encoding.ASCII.GetBytes(method)));

    private static Http1ResponseHead Head(string head)
    {
        Assert.Equal(OperationStatus.Done, new Http1ResponseDecoder().Decode(Encoding.Latin1.GetBytes(head), out _, out Http1ResponseHead decoded));
        return decoded;
    }

    private static async Task<string> ReadToEndAsync(PipeReader reader)
    {
        StringBuilder text = new();
        while (true)
        {
            ReadResult result = await reader.ReadAsync();
            text.Append(Encoding.Latin1.GetString(result.Buffer));
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return text.ToString();
            }
        }
    }
}
