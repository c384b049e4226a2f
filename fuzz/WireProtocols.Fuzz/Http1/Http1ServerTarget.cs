using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Fuzz.Http1;

/// <summary>
/// A server's connection, fed in the pieces that the input asks for, against <see cref="NaiveServer"/>: the same requests with bodies of the same
/// length, so that none is smuggled past a front end that reads by the book, and one refusal at the end where one is due.
/// </summary>
public sealed class Http1ServerTarget : FuzzTarget
{
    // The oracle of chunked bodies has no limits; below this length none is reached.
    private const int MaxInput = 4000;

    private static readonly PipeOptions Inline = new(
        readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false);

    private static readonly Http1ServerOptions Options = new()
    {
        HeadTimeout = Timeout.InfiniteTimeSpan,
        BodyTimeout = Timeout.InfiniteTimeSpan,
        SendTimeout = Timeout.InfiniteTimeSpan,
        IdleTimeout = Timeout.InfiniteTimeSpan,
    };

    public override string Name => "http1-server";

    public override FuzzFormat Format { get; } = new RequestFormat();

    public override string CodeNamespace => "WireProtocols.Http1";

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (input.Length > MaxInput)
        {
            return;
        }

        InputPieces pieces = new(input);
        NaiveServer expected = NaiveServer.Read(pieces.Rest);
        List<string> requests = [];
        string output = Serve(pieces, requests);
        Require(
            requests.SequenceEqual(expected.Requests),
            $"the requests are {string.Join(" | ", expected.Requests)}, not {string.Join(" | ", requests)}");
        int refusal = ReadAnswers(output, expected.Requests, expected.RefusesHead);
        Require(
            refusal == expected.Refusal || (expected.Refusal == NaiveServer.AnyRefusal && refusal is 400 or 413 or 431),
            $"the refusal is {expected.Refusal}, not {refusal}");
    }

    private static string Serve(InputPieces pieces, List<string> requests)
    {
        Pipe there = new(Inline);
        Pipe back = new(Inline);
        Http1ServerConnection connection = new(new End(there.Reader, back.Writer), Options);
        Task running = connection.RunAsync((exchange, _) => AnswerAsync(exchange, requests));
        while (pieces.TryTake(out ReadOnlySpan<byte> piece))
        {
            there.Writer.Write(piece);
            Wait(there.Writer.FlushAsync());
        }

        there.Writer.Complete();
        Require(running.IsCompleted, "the connection ends with its input");
        running.GetAwaiter().GetResult();
        Wait(connection.DisposeAsync());
        Require(back.Reader.TryRead(out ReadResult read) && read.IsCompleted);
        return Encoding.Latin1.GetString(read.Buffer);
    }

    private static async ValueTask AnswerAsync(Http1Exchange exchange, List<string> requests)
    {
        long length = 0;
        ReadResult read;
        do
        {
            read = await exchange.Body.ReadAsync();
            length += read.Buffer.Length;
            exchange.Body.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);

        string request = string.Create(CultureInfo.InvariantCulture, $"{exchange.Request.Method} {exchange.Request.Target} {length}");
        requests.Add(request);
        await exchange.RespondAsync(403, default, ("X-Request", request));
    }

    /// <returns>The status of what was refused; 0 where nothing was.</returns>
    private static int ReadAnswers(string output, List<string> requests, bool refusesHead)
    {
        int answered = 0;
        while (output.Length > 0)
        {
            Require(output.StartsWith("HTTP/1.1 ", StringComparison.Ordinal));
            int status = int.Parse(output.AsSpan(9, 3), CultureInfo.InvariantCulture);
            int end = output.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            Require(end > 0, "every head is whole");
            string head = output[..(end + 2)];
            output = output[(end + 4)..];
            if (status == 100)
            {
                continue;
            }

            if (answered < requests.Count)
            {
                string request = $"\r\nX-Request: {requests[answered++]}\r\n";
                Require(status == 403 && head.Contains(request, StringComparison.Ordinal), "answers come in order");
                continue;
            }

            Require(head.Contains("\r\nConnection: close\r\n", StringComparison.Ordinal), "a refusal closes");
            Require(
                refusesHead ? output.Length == 0 : head.Contains($"\r\nContent-Length: {output.Length}\r\n", StringComparison.Ordinal),
                "nothing follows a refusal");
            return status;
        }

        Require(answered == requests.Count, "every request is answered");
        return 0;
    }

    private static void Wait(ValueTask task)
    {
        Require(task.IsCompleted, "nothing waits");
        task.GetAwaiter().GetResult();
    }

    private static void Wait(ValueTask<FlushResult> task)
    {
        Require(task.IsCompleted, "nothing waits");
        _ = task.Result;
    }

    private sealed class End(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
