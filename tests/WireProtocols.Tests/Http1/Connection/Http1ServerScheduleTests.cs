using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;

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

    [Fact]
    public async Task A_connection_that_is_cut_or_stopped_anywhere_ends_and_answers_no_request_twice()
    {
        int cut = 0, stopped = 0;
        for (int seed = 0; seed < 1000; seed++)
        {
            (IDuplexPipe client, IDuplexPipe server) = DuplexPipes.Create();
            Random random = new(seed);
            byte[] input = CreateInput(random);
            FailingPipe transport = new(server, failAfter: random.Next(2) == 0 ? random.Next(60) : int.MaxValue);
            using CancellationTokenSource stopping = new();
            int stopAt = random.Next(2) == 0 ? random.Next(Requests) : -1;
            Task sending = SendAsync(client.Output, input, new Random(seed + 1));
            Task<int> receiving = ReceiveWhatComesAsync(client.Input, seed);
            int served = 0;
            Exception? thrown = null;
            Http1ServerConnection connection = new(transport);
            try
            {
                await connection.RunAsync(
                    async (exchange, stop) =>
                    {
                        if (served++ == stopAt)
                        {
                            await stopping.CancelAsync();
                        }

                        await AnswerOrWaitAsync(exchange, random, stop);
                    },
                    stopping.Token).WaitAsync(TimeSpan.FromMinutes(1));
            }
            catch (Exception exception) when (exception is IOException or InvalidOperationException or TimeoutException)
            {
                thrown = exception;
            }

            Assert.False(thrown is TimeoutException, $"seed {seed}: it hangs.");
            Assert.True(thrown is null || transport.HasFailed, $"seed {seed}: {thrown}");
            await connection.DisposeAsync();
            await server.Input.CompleteAsync();
            await server.Output.CompleteAsync();
            await sending;
            Assert.InRange(await receiving, 0, served);
            cut += transport.HasFailed ? 1 : 0;
            stopped += stopping.IsCancellationRequested ? 1 : 0;
        }

        // Both happen, and often.
        Assert.InRange(cut, 100, 900);
        Assert.InRange(stopped, 100, 900);
    }

    private static async ValueTask AnswerOrWaitAsync(Http1Exchange exchange, Random random, CancellationToken stop)
    {
        if (exchange.Body.IsBodyCompleted && random.Next(3) == 0)
        {
            CancellationToken left = exchange.WatchClient();
            await Task.Yield();
            left.ThrowIfCancellationRequested();
        }

        if (random.Next(4) == 0)
        {
            stop.ThrowIfCancellationRequested();
        }

        await AnswerAsync(exchange, random, stop);
    }

    /// <returns>How many whole answers came, in their order, before the connection was cut.</returns>
    private static async Task<int> ReceiveWhatComesAsync(PipeReader input, int seed)
    {
        using Http1ResponseReader reader = new(input);
        int answers = 0;
        try
        {
            while (await reader.ReadAsync() is { } head)
            {
                if (head.StatusCode == 103)
                {
                    continue;
                }

                using Http1BodyReader body = new(input, Http1BodyFraming.OfResponse(head.Head, "GET"u8));
                using MemoryStream bytes = new();
                await body.CopyToAsync(bytes);
                if (head.StatusCode != 200)
                {
                    // The connection's own answer is the last one.
                    Assert.Contains(head.StatusCode, (int[])[400, 500, 503]);
                    Assert.False(await reader.WaitToReadAsync(), $"seed {seed}");
                    return answers;
                }

                Assert.True(Encoding.ASCII.GetString(bytes.ToArray()) == $"/{answers}", $"seed {seed}: answer {answers}");
                answers++;
            }
        }
        catch (Exception exception) when (exception is WireProtocolException or IOException)
        {
            // It was cut.
        }

        return answers;
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

    /// <summary>A transport that fails at its n-th operation and from there on.</summary>
    private sealed class FailingPipe(IDuplexPipe inner, int failAfter) : IDuplexPipe
    {
        private int _left = failAfter;

        public bool HasFailed => _left < 0;

        public PipeReader Input => field ??= new Reader(this, inner.Input);

        public PipeWriter Output => field ??= new Writer(this, inner.Output);

        private void Count()
        {
            if (_left < 0 || --_left < 0)
            {
                throw new IOException("The transport was cut.");
            }
        }

        private sealed class Reader(FailingPipe pipe, PipeReader inner) : PipeReader
        {
            public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

            public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

            public override void CancelPendingRead() => inner.CancelPendingRead();

            public override void Complete(Exception? exception = null) => inner.Complete(exception);

            public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

            public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
            {
                pipe.Count();
                return await inner.ReadAsync(cancellationToken);
            }
        }

        private sealed class Writer(FailingPipe pipe, PipeWriter inner) : PipeWriter
        {
            public override void Advance(int bytes) => inner.Advance(bytes);

            public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

            public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

            public override void CancelPendingFlush() => inner.CancelPendingFlush();

            public override void Complete(Exception? exception = null) => inner.Complete(exception);

            /// <summary>A stream that is cut fails here too: it flushes.</summary>
            public override ValueTask CompleteAsync(Exception? exception = null)
            {
                inner.Complete(exception);
                pipe.Count();
                return default;
            }

            public override async ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
            {
                pipe.Count();
                return await inner.FlushAsync(cancellationToken);
            }
        }
    }
}
