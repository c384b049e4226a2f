using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Http1;

public class Http1ClientConnectionTests
{
    private static readonly (string, string) Host = ("Host", "h");

    [Theory]
    [InlineData("HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("GET", "HTTP/1.1 204 No Content\r\n\r\nhello")]
    [InlineData("GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello")]
    [InlineData("GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\nHTTP/1.1 200 OK\r\n\r\n")]
    public async Task What_comes_behind_a_response_is_noticed_before_the_connection_is_used_again(string method, string response)
    {
        (Http1ClientConnection connection, _) = Answered(response);
        await using (connection)
        {
            connection.StartRequest(method, "/", Http1BodyFraming.None, Host);
            await ReadAsync((await connection.ReceiveAsync()).Body);
            Assert.False(connection.CanSend);
            var exception = Assert.Throws<Http1ProtocolException>(() => connection.StartRequest("GET", "/", Http1BodyFraming.None, Host));
            Assert.Equal((Http1ProtocolError.UnrequestedData, "RFC 9112 §9.2"), (exception.Error, exception.Section));
        }
    }

    [Theory]
    [InlineData("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n")]
    [InlineData("Content-Length: x\r\n")]
    [InlineData("Content-Length: 1\r\nContent-Length: 2\r\n")]
    [InlineData("Transfer-Encoding: gzip;;\r\n")]
    public async Task A_2xx_to_CONNECT_and_a_101_end_at_their_head_whatever_their_fields_say(string fields)
    {
        foreach ((string method, string target, string status) in new[] { ("CONNECT", "h:443", "200 OK"), ("GET", "/", "101 Switching Protocols") })
        {
            (Http1ClientConnection connection, IDuplexPipe transport) = Answered($"HTTP/1.1 {status}\r\n{fields}\r\ntunnel");
            connection.StartRequest(method, target, Http1BodyFraming.None, method == "GET" ? [Host, ("Upgrade", "x")] : [Host]);
            Http1Response response = await connection.ReceiveAsync();
            Assert.True(response.HasSwitched);
            await connection.DisposeAsync();
            Assert.Same(transport, response.TakeTransport());
            ReadResult ahead = await transport.Input.ReadAsync();
            Assert.Equal("tunnel", Encoding.ASCII.GetString(ahead.Buffer));
        }
    }

    [Fact]
    public async Task A_101_that_nobody_asked_for_and_a_refused_CONNECT_keep_their_rules()
    {
        (Http1ClientConnection connection, _) = Answered("HTTP/1.1 101 Switching Protocols\r\n\r\n");
        connection.StartRequest("GET", "/", Http1BodyFraming.None, Host);
        await Assert.ThrowsAsync<Http1ProtocolException>(async () => await connection.ReceiveAsync());

        (connection, _) = Answered("HTTP/1.1 403 Forbidden\r\nContent-Length: x\r\n\r\n");
        connection.StartRequest("CONNECT", "h:443", Http1BodyFraming.None, Host);
        await Assert.ThrowsAsync<Http1ProtocolException>(async () => await connection.ReceiveAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel")]
    public async Task A_response_that_is_cut_anywhere_is_one_thing_to_recognize(string response)
    {
        (Http1ClientConnection connection, _) = Answered(response);
        connection.StartRequest("GET", "/", Http1BodyFraming.None, Host);
        var exception = await Assert.ThrowsAnyAsync<WireProtocolException>(async () => await ReadAsync((await connection.ReceiveAsync()).Body));
        Assert.True(exception.IsUnexpectedEnd);
        Assert.False(connection.CanSend);
    }

    [Fact]
    public async Task Our_client_and_our_server_understand_each_other_with_bodies_and_trailers_both_ways()
    {
        (IDuplexPipe here, IDuplexPipe there) = DuplexPipes.Create();
        await using Http1ServerConnection server = new(there);
        Task serving = server.RunAsync(EchoAsync);
        await using (Http1ClientConnection client = new(here))
        {
            Random random = new(3);
            for (int round = 0; round < 50; round++)
            {
                byte[] body = new byte[random.Next(3_000)];
                random.NextBytes(body);
                bool isChunked = random.Next(2) == 0;
                bool expects = random.Next(3) == 0 && body.Length > 0;
                Assert.True(client.CanSend);
                Http1BodyWriter request = client.StartRequest(
                    "POST", $"/{round}", isChunked
                        ? Http1BodyFraming.Chunked
                        : Http1BodyFraming.OfLength(body.Length), expects ? [Host, ("Expect", "100-continue")] : [Host]);
                Assert.True(!expects || await client.WaitForContinueAsync());
                await request.WriteAsync(body);
                if (isChunked)
                {
                    request.AddTrailer("X-Round", $"{round}");
                }

                await request.CompleteAsync();
                Http1Response response = await client.ReceiveAsync();
                Assert.Equal(200, response.StatusCode);
                Assert.Equal(expects ? 1 : 0, response.Informational.Count);
                Assert.Equal(body, await ReadAsync(response.Body));
                Assert.Equal(isChunked ? [$"X-Round={round}"] : [], response.Body.Trailers.Select(t => $"{t.Name}={t.Value}"));
            }
        }

        await serving;
        Assert.Null(server.Failure);
    }

    [Fact]
    public async Task A_body_longer_or_shorter_than_its_head_announced_is_not_sent_as_if_it_were_whole()
    {
        (Http1ClientConnection connection, _) = Answered("HTTP/1.1 200 OK\r\n\r\n");
        Http1BodyWriter body = connection.StartRequest("POST", "/", Http1BodyFraming.OfLength(3), Host);
        Assert.Throws<InvalidOperationException>(() => body.Write("four"u8));
        body.Complete();
        Assert.True(body.IsCut);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await connection.ReceiveAsync());
        Assert.Equal(Http1ConnectionState.MustClose, connection.ClientState);
    }

    internal static async ValueTask EchoAsync(Http1Exchange exchange, CancellationToken stop)
    {
        byte[] body = await ReadAsync(exchange.Body);
        Http1BodyWriter writer = exchange.StartResponse(200, Http1BodyFraming.Chunked, ("Content-Type", "application/octet-stream"));
        await writer.WriteAsync(body, stop);
        foreach (TrailerField trailer in exchange.Body.Trailers)
        {
            writer.AddTrailer(trailer.Name, trailer.Value);
        }

        await writer.CompleteAsync();
    }

    private static async Task<byte[]> ReadAsync(Http1IncomingBody body)
    {
        using MemoryStream bytes = new();
        await body.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    private static (Http1ClientConnection Connection, IDuplexPipe Transport) Answered(string response)
    {
        (IDuplexPipe client, IDuplexPipe server) = DuplexPipes.Create();
        Late transport = new(client, server, Encoding.Latin1.GetBytes(response));
        return (new Http1ClientConnection(transport), transport);
    }

    /// <summary>Answers when the request is flushed, and then closes.</summary>
    private sealed class Late(IDuplexPipe client, IDuplexPipe server, byte[] response) : IDuplexPipe
    {
        private readonly LateWriter _output = new(client.Output, server.Output, response);

        public PipeReader Input => client.Input;

        public PipeWriter Output => _output;
    }

    private sealed class LateWriter(PipeWriter inner, PipeWriter answer, byte[] response) : PipeWriter
    {
        private bool _answered;

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            if (!_answered)
            {
                _answered = true;
                await answer.WriteAsync(response, cancellationToken);
                await answer.CompleteAsync();
            }

            return await inner.FlushAsync(cancellationToken);
        }
    }
}
