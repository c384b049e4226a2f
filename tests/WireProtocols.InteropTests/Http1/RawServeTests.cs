using System.Net.Sockets;
using System.Text;

namespace WireProtocols.InteropTests.Http1;

/// <summary>What no client library would send, sent by hand.</summary>
public class RawServeTests(ServeFixture server)
{
    [Fact]
    public async Task Our_own_client_gets_bodies_and_trailers_back()
    {
        await using WireClient client = await WireClient.ConnectAsync(new Uri(server.Http).Port);
        for (int seed = 0; seed < 20; seed++)
        {
            RandomBody body = RandomBody.Create(seed);
            WireResponse response = await client.PostAsync("/echo", body, seed, ("X-Sum", $"{seed}"), ("X-Empty", ""));
            Assert.Equal(200, response.Status);
            body.AssertSame(response.Body);
            Assert.Equal([("X-Sum", $"{seed}"), ("X-Empty", "")], response.Trailers.Select(t => (t.Name, t.Value)));
        }
    }

    [Theory]
    [InlineData("5\nhello\n0\n\n", "400", "ends with CRLF")]
    [InlineData("2;\nxx\r\nxy\r\n0\r\n\r\n", "400", "chunk extension")]
    [InlineData("f0000000000000003\r\nabc\r\n0\r\n\r\n", "413", "2^63-1")]
    [InlineData("0\r\nA : b\r\n\r\n", "400", "token")]
    public async Task A_bad_body_is_refused_with_its_rule_and_the_connection_closed(string body, string status, string says)
    {
        string response = await SendAsync($"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{body}");
        Assert.StartsWith($"HTTP/1.1 {status} ", response, StringComparison.Ordinal);
        Assert.Contains("Connection: close\r\n", response, StringComparison.Ordinal);
        Assert.Contains(says, response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_turns_bad_when_the_answer_is_on_its_way_leaves_the_answer_cut_short()
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", new Uri(server.Http).Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"u8.ToArray());
        StringBuilder response = new();
        await ReadUntilAsync(stream, response, "5\r\nhello\r\n");
        await stream.WriteAsync("bad\r\n"u8.ToArray());
        client.Client.Shutdown(SocketShutdown.Send);
        await ReadUntilAsync(stream, response, null);
        Assert.EndsWith("5\r\nhello\r\n", response.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forbidden_trailer_is_not_sent_back()
    {
        string response = await SendAsync(
            "POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nContent-Length: 9\r\nX: y\r\n"
                + "\r\n");
        Assert.EndsWith("1\r\nx\r\n0\r\nX: y\r\n\r\n", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_old_client_gets_no_chunks()
    {
        string response = await SendAsync("POST /echo HTTP/1.0\r\nContent-Length: 5\r\n\r\nhello");
        Assert.EndsWith("\r\n\r\nhello", response, StringComparison.Ordinal);
        Assert.DoesNotContain("chunked", response, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_in_one_piece_are_answered_one_after_the_other()
    {
        const string Request = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
        string response = await SendAsync(Request + Request + Request.Replace("Host: a", "Host: a\r\nConnection: close", StringComparison.Ordinal));
        Assert.Equal(3, response.Split("2\r\nhi\r\n0\r\n\r\n").Length - 1);
    }

    private async Task<string> SendAsync(string request)
    {
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", new Uri(server.Http).Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        client.Client.Shutdown(SocketShutdown.Send);
        StringBuilder response = new();
        await ReadUntilAsync(stream, response, null);
        return response.ToString();
    }

    private static async Task ReadUntilAsync(NetworkStream stream, StringBuilder text, string? end)
    {
        byte[] buffer = new byte[4096];
        while (end is null || !text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            int count = await stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
            if (count == 0)
            {
                Assert.Null(end);
                return;
            }

            text.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }
    }
}
