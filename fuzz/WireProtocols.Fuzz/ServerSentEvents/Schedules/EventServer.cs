using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using WireProtocols.Fuzz.WebSockets.Schedules;

namespace WireProtocols.Fuzz.ServerSentEvents.Schedules;

/// <summary>
/// The server of a round, as a handler of HttpClient: it answers each request as the tape says, and a stream begins behind the event that
/// <c>Last-Event-ID</c> names. The events are numbered, and the number is the id.
/// </summary>
internal sealed class EventServer(Random random) : HttpMessageHandler
{
    private Pipe? _stream;
    private byte[] _bytes = [];
    private int _sent;
    private TaskCompletionSource? _silent;

    /// <summary>The id that the next request has to carry.</summary>
    public required Func<string> LastEventId { get; init; }

    /// <summary>How many requests came.</summary>
    public int Requests { get; private set; }

    /// <summary>Nothing goes wrong any more.</summary>
    public bool IsKind { get; set; }

    /// <summary>Sends a piece of the stream, or its end.</summary>
    public void Feed(int most)
    {
        if (_stream is null)
        {
            _silent?.TrySetResult();
            return;
        }

        int length = Math.Min(most, _bytes.Length - _sent);
        if (length > 0)
        {
            _sent += length;
            Write(_stream.Writer, _bytes.AsMemory(_sent - length, length));
            return;
        }

        End();
    }

    /// <summary>Ends the stream where it is.</summary>
    public void End()
    {
        Pipe? stream = _stream;
        _stream = null;
        stream?.Writer.Complete(random.Next(2) == 0 ? new IOException("reset") : null);
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests++;
        string last = request.Headers.TryGetValues("Last-Event-ID", out IEnumerable<string>? values) ? string.Join(',', values) : "";
        Schedule.Require(last == LastEventId(), $"the request carries '{last}', and the last event taken is '{LastEventId()}'");
        switch (IsKind ? 9 : random.Next(10))
        {
            case 0:
                throw new HttpRequestException("refused");
            case 1:
                _silent = new TaskCompletionSource();
                await _silent.Task.WaitAsync(cancellationToken);
                throw new HttpRequestException("reset");
            case 2:
                return Answer(HttpStatusCode.ServiceUnavailable, new StringContent("later"));
            case 3 when random.Next(4) == 0:
                return Answer(HttpStatusCode.NoContent, null);
            case 4 when random.Next(4) == 0:
                return Answer(HttpStatusCode.OK, new StringContent("no stream"));
            default:
                return Stream(last.Length == 0 ? 0 : int.Parse(last, CultureInfo.InvariantCulture));
        }
    }

    private static HttpResponseMessage Answer(HttpStatusCode status, HttpContent? content)
        => new(status) { Content = content ?? new ByteArrayContent([]) };

    private static void Write(PipeWriter output, ReadOnlyMemory<byte> bytes)
    {
        // Without a limit of the pipe a write has ended when it returns.
        ValueTask<FlushResult> flushed = output.WriteAsync(bytes);
        Schedule.Require(flushed.IsCompleted, "nothing waits");
        _ = flushed.Result;
    }

    private HttpResponseMessage Stream(int last)
    {
        StringBuilder text = new();
        string end = random.Next(3) switch { 0 => "\r", 1 => "\r\n", _ => "\n" };
        for (int count = random.Next(0, 5); count > 0; count--)
        {
            if (random.Next(4) == 0)
            {
                text.Append(": comment").Append(end).Append(random.Next(2) == 0 ? end : "");
            }

            if (random.Next(6) == 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"retry: {random.Next(0, 3000)}").Append(end);
            }

            last++;
            string padding = new('x', random.Next(0, 30));
            text.Append(CultureInfo.InvariantCulture, $"id: {last}{end}data: {last}:{padding}.{end}{end}");
        }

        if (random.Next(4) == 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"id: {last + 1}{end}data: unfinished{end}");
        }

        _bytes = Encoding.UTF8.GetBytes(text.ToString());
        _bytes = random.Next(3) == 0 ? _bytes[..random.Next(0, _bytes.Length + 1)] : _bytes;
        _sent = 0;
        _stream = new Pipe(new PipeOptions(
            readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, pauseWriterThreshold: 0, useSynchronizationContext: false));
        StreamContent content = new(_stream.Reader.AsStream());
        content.Headers.TryAddWithoutValidation("Content-Type", "text/event-stream");
        return Answer(HttpStatusCode.OK, content);
    }
}
