using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Http1;

/// <summary>
/// Pipelined requests with bodies of every kind, in random pieces, before handlers that read all, some or nothing of a body and answer in every way.
/// Whatever comes back is one whole answer a request, in their order, up to where the connection ended.
/// </summary>
public class Http1ServerScheduleTests
{
    private const int Requests = 12;

    [Fact]
    public async Task Every_answer_belongs_to_its_request_whatever_is_read_split_or_left()
    {
        for (int seed = 0; seed < 400; seed++)
        {
            (IDuplexPipe client, IDuplexPipe server) = DuplexPipes.Create();
            Random random = new(seed);
            byte[] input = CreateInput(random);
            Task sending = SendAsync(client.Output, input, new Random(seed + 1));
            Task<int> receiving = ReceiveAsync(client.Input, seed);
            await using (Http1ServerConnection connection = new(server))
            {
                await connection.RunAsync((exchange, stop) => AnswerAsync(exchange, random, stop));
                Assert.True(connection.Failure is null, $"seed {seed}: {connection.Failure}");
            }

            await sending;
            Assert.True(await receiving > 0, $"seed {seed}");
        }
    }

    private static byte[] CreateInput(Random random)
    {
        StringBuilder input = new();
        for (int index = 0; index < Requests; index++)
        {
            // A body that looks like a request: were it taken for one, the answer would say so.
            string body = string.Concat(Enumerable.Repeat("GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n", random.Next(40)));
            input.Append(random.Next(3) switch
            {
                0 => $"GET /{index} HTTP/1.1\r\nHost: h\r\n\r\n",
                1 => $"POST /{index} HTTP/1.1\r\nHost: h\r\nContent-Length: {body.Length}\r\n\r\n{body}",
                _ => $"POST /{index} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                    + (body.Length == 0 ? "" : $"{body.Length:x}\r\n{body}\r\n") + "0\r\nX: y\r\n\r\n",
            });
        }

        return Encoding.ASCII.GetBytes(input.ToString());
    }

    private static async Task SendAsync(PipeWriter output, byte[] input, Random random)
    {
        for (int at = 0; at < input.Length;)
        {
            int length = Math.Min(1 + random.Next(200), input.Length - at);
            if ((await output.WriteAsync(input.AsMemory(at, length))).IsCompleted)
            {
                break;
            }

            at += length;
            if (random.Next(4) == 0)
            {
                await Task.Yield();
            }
        }

        await output.CompleteAsync();
    }

    private static async ValueTask AnswerAsync(Http1Exchange exchange, Random random, CancellationToken stop)
    {
        for (int reads = random.Next(4); reads > 0 && !exchange.Body.IsBodyCompleted; reads--)
        {
            ReadResult read = await exchange.Body.ReadAsync(stop);
            exchange.Body.AdvanceTo(read.Buffer.GetPosition(random.Next((int)read.Buffer.Length + 1)), read.Buffer.End);
        }

        byte[] path = exchange.Request.Head.Path.ToArray();
        switch (random.Next(8))
        {
            case < 4:
                await exchange.RespondAsync(200, path);
                break;
            case < 7:
                Http1BodyWriter body = exchange.StartResponse(200, Http1BodyFraming.Chunked);
                await body.WriteAsync(path, stop);
                await body.CompleteAsync();
                break;
            default:
                await exchange.InformAsync(103, [("Link", "</a>")], stop);
                await exchange.RespondAsync(200, path);
                break;
        }
    }

    /// <returns>How many whole answers came.</returns>
    private static async Task<int> ReceiveAsync(PipeReader input, int seed)
    {
        using Http1ResponseReader reader = new(input);
        int answers = 0;
        while (await reader.ReadAsync() is { } head)
        {
            if (head.StatusCode == 103)
            {
                continue;
            }

            Assert.Equal(200, head.StatusCode);
            using Http1BodyReader body = new(input, Http1BodyFraming.OfResponse(head.Head, "GET"u8));
            using MemoryStream bytes = new();
            await body.CopyToAsync(bytes);
            Assert.True(Encoding.ASCII.GetString(bytes.ToArray()) == $"/{answers}", $"seed {seed}: answer {answers}");
            answers++;
        }

        return answers;
    }
}
