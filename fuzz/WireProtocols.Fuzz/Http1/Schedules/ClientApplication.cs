using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Fuzz.WebSockets.Schedules;
using WireProtocols.Http1;

namespace WireProtocols.Fuzz.Http1.Schedules;

/// <summary>
/// An application that makes its requests one after the other, a step at a time, and holds each response against what the server meant to say.
/// </summary>
internal sealed class ClientApplication(
    Http1ClientConnection connection, Random random, IReadOnlyList<string> methods, ServerScript script) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _body = new();
    private CancellationTokenSource? _cancel;
    private Http1BodyWriter? _writer;
    private int _toWrite;
    private long _written;
    private Http1Response? _response;
    private bool _isOver;

    /// <summary>What is under way; one thing at a time.</summary>
    public Task Pending { get; private set; } = Task.CompletedTask;

    /// <summary>How many requests have been started.</summary>
    public int Asked { get; private set; }

    /// <summary>The server has ended its side in good order.</summary>
    public bool HasEnd { get; set; }

    /// <summary>Something went wrong, as it may.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>The body of the last request is not complete.</summary>
    public bool HasOpenRequest => _writer is { IsCompleted: false };

    /// <summary>The requests as a server sees them.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>The server's bytes up to the end of the response that is awaited are as they were meant.</summary>
    private bool IsSound => script.Damage >= script.Responses[Asked - 1].End;

    /// <summary>Cancels what is under way.</summary>
    public void Cancel() => _cancel?.Cancel();

    /// <summary>Does the next thing.</summary>
    public void Step()
    {
        if (!Pending.IsCompleted || _isOver)
        {
            return;
        }

        Pending.GetAwaiter().GetResult();
        _cancel?.Dispose();
        _cancel = new CancellationTokenSource();
        Pending = WatchAsync(
            _response is not null ? ReadAsync(_response, _cancel.Token)
            : HasOpenRequest ? WriteAsync(_writer!, _cancel.Token)
            : Asked > 0 && connection.ServerState == Http1ConnectionState.SendHead ? ReceiveAsync(_cancel.Token)
            : StartAsync());
    }

    public void Dispose() => _cancel?.Dispose();

    private Task StartAsync()
    {
        bool canSend = connection.CanSend;
        if (Asked == methods.Count)
        {
            _isOver = true;
            return Task.CompletedTask;
        }

        string method = methods[Asked];
        bool hasBody = method is "POST" or "PUT";
        _toWrite = hasBody ? random.Next(0, 80) : 0;
        _written = 0;
        Http1BodyFraming framing = !hasBody ? Http1BodyFraming.None
            : random.Next(2) == 0 ? Http1BodyFraming.Chunked : Http1BodyFraming.OfLength(_toWrite);
        try
        {
            _writer = connection.StartRequest(
                method, string.Create(CultureInfo.InvariantCulture, $"/{Asked}"), framing, ("Host", "a"),
                ("X-Number", Asked.ToString(CultureInfo.InvariantCulture)));
        }
        catch (InvalidOperationException) when (!canSend)
        {
            _isOver = true;
            return Task.CompletedTask;
        }
        catch (Http1ProtocolException exception) when (!canSend)
        {
            _isOver = true;
            bool isSaid = exception.Error is Http1ProtocolError.UnrequestedData or Http1ProtocolError.UnexpectedEnd;
            Schedule.Require(isSaid, $"what was not asked for is {exception.Error}");
            return Task.CompletedTask;
        }

        Schedule.Require(canSend, "a request was taken that could not be sent");
        Schedule.Require(
            script.Sent <= (Asked == 0 ? 0 : Math.Max(script.Responses[Asked - 1].End, script.Damage)),
            "a request was taken though something had come that was not asked for");
        Schedule.Require(
            Asked == 0 || script.Damage < script.Responses[Asked - 1].End || !script.Responses[Asked - 1].EndsConnection,
            "a request was taken behind the last response");
        Asked++;
        Requests.Add(string.Create(CultureInfo.InvariantCulture, $"{method} /{Asked - 1} {_toWrite}"));
        return Task.CompletedTask;
    }

    private async Task WriteAsync(Http1BodyWriter writer, CancellationToken cancellationToken)
    {
        int length = (int)Math.Min(random.Next(1, 30), _toWrite - _written);
        if (length == 0)
        {
            writer.Complete();
            return;
        }

        writer.Write(Encoding.ASCII.GetBytes(new string('x', length)));
        _written += length;
        if (random.Next(2) == 0)
        {
            await writer.FlushAsync(cancellationToken);
        }
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        _response = await connection.ReceiveAsync(cancellationToken);
        _body.ResetWrittenCount();
        if (IsSound)
        {
            ScriptedResponse meant = script.Responses[Asked - 1];
            string number = _response.Head.GetField("x-number"u8) ?? "";
            Schedule.Require(
                number == (Asked - 1).ToString(CultureInfo.InvariantCulture), $"request {Asked - 1} was answered with the response to {number}");
            Schedule.Require(_response.StatusCode == meant.Status, $"the status is {_response.StatusCode}, and not {meant.Status}");
        }
    }

    private async Task ReadAsync(Http1Response response, CancellationToken cancellationToken)
    {
        ReadResult read = await response.Body.ReadAsync(cancellationToken);
        SequencePosition end = random.Next(2) == 0 ? read.Buffer.End : read.Buffer.GetPosition(random.Next(0, (int)read.Buffer.Length + 1));
        ReadOnlySequence<byte> taken = read.Buffer.Slice(0, end);
        foreach (ReadOnlyMemory<byte> piece in taken)
        {
            _body.Write(piece.Span);
        }

        bool isWhole = read.IsCompleted && taken.Length == read.Buffer.Length;
        response.Body.AdvanceTo(end, isWhole || random.Next(2) == 0 ? end : read.Buffer.End);
        if (isWhole)
        {
            _response = null;
        }

        if (!IsSound)
        {
            return;
        }

        ScriptedResponse meant = script.Responses[Asked - 1];
        string body = Encoding.Latin1.GetString(_body.WrittenSpan);
        bool isUntilClose = response.Body.Framing.Kind == Http1BodyKind.UntilClose;
        Schedule.Require(
            meant.Body.StartsWith(body, StringComparison.Ordinal) || isUntilClose, $"the body is '{body}', and not '{meant.Body}'");
        Schedule.Require(!isWhole || body == meant.Body || (isUntilClose && HasEnd), $"'{body}' is not all of '{meant.Body}'");
    }

    private async Task WatchAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // The schedule says so.
        }
        catch (Exception exception) when (exception is WireProtocolException or IOException or TimeoutException)
        {
            HasFailed = true;
            _isOver = true;
        }
    }
}
