using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Benchmarks.Http1;

/// <summary>A server's connection under pipelined requests, in memory: what a request and its answer cost without sockets.</summary>
public static class ServerCases
{
    private const int Count = 1000;

    private static readonly byte[] Requests = Encoding.ASCII.GetBytes(
        string.Concat(Enumerable.Repeat("GET /hello HTTP/1.1\r\nHost: server.example.com\r\nAccept: */*\r\nUser-Agent: bench\r\n\r\n", Count)));

    private static readonly byte[] Body = "Hello, World!"u8.ToArray();

    private static readonly PipeOptions Inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);

    public static IEnumerable<CompareCase> All()
    {
        yield return new CompareCase("http1.server.get", Count, () => Sink.Keep(Serve()), null, null, null) { MayAllocate = true };
    }

    /// <returns>How many bytes of answers came.</returns>
    public static long Serve()
    {
        Pipe there = new(Inline);
        Pipe back = new(Inline);
        there.Writer.WriteAsync(Requests).AsTask().Wait();
        there.Writer.Complete();
        Http1ServerConnection connection = new(new End(there.Reader, back.Writer));
        connection.RunAsync(AnswerAsync).Wait();
        connection.DisposeAsync().AsTask().Wait();
        back.Reader.TryRead(out ReadResult answers);
        long length = answers.Buffer.Length;
        back.Reader.Complete();
        return length;
    }

    private static ValueTask AnswerAsync(Http1Exchange exchange, CancellationToken stopping)
        => exchange.RespondAsync(200, Body, ("Content-Type", "text/plain"));

    private sealed class End(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
