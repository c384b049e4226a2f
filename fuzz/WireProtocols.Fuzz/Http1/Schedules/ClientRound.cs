using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Fuzz.WebSockets.Schedules;
using WireProtocols.Http1;

namespace WireProtocols.Fuzz.Http1.Schedules;

/// <summary>
/// One round: a connection, a server that plays its script, and an application that asks one thing after the other, all on one thread where pipes and
/// timers call back at once, so that the tape repeats the round.
/// </summary>
internal sealed class ClientRound : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly string[] Methods = ["GET", "GET", "POST", "PUT", "HEAD"];

    private readonly Random _random;
    private readonly ManualTimeProvider _time = new();
    private readonly IDuplexPipe _peer;
    private readonly Http1ClientConnection _connection;
    private readonly ServerScript _script;
    private readonly ClientApplication _application;
    private readonly ArrayBufferWriter<byte> _seen = new();
    private readonly bool _isFaulty;
    private Task _feeding = Task.CompletedTask;
    private bool _hasEnded;
    private bool _hasLeft;

    public ClientRound(Random random)
    {
        _random = random;
        string[] methods = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Methods[random.Next(Methods.Length)])];
        _script = new ServerScript(random, methods);
        int pause = random.Next(2) == 0 ? 64 : 1 << 16;
        (IDuplexPipe ours, _peer) = DuplexPipes.Create(new PipeOptions(
            readerScheduler: PipeScheduler.Inline,
            writerScheduler: PipeScheduler.Inline,
            pauseWriterThreshold: pause,
            resumeWriterThreshold: pause / 2,
            useSynchronizationContext: false));
        int faultyFlush = random.Next(4) == 0 ? random.Next(6) : -1;
        ScheduledFault fault = (ScheduledFault)random.Next(4);
        bool hangs = faultyFlush >= 0 && fault == ScheduledFault.Hangs;
        _isFaulty = faultyFlush >= 0;
        _connection = new Http1ClientConnection(
            new ScheduledTransport(ours, faultyFlush, fault),
            new Http1ClientOptions
            {
                TimeProvider = _time,
                HeadTimeout = random.Next(3) == 0 ? TimeSpan.FromSeconds(3) : Timeout.InfiniteTimeSpan,
                BodyTimeout = random.Next(3) == 0 ? TimeSpan.FromSeconds(3) : Timeout.InfiniteTimeSpan,

                // Without a limit a server that reads nothing is waited for, as the options say.
                SendTimeout = hangs || random.Next(3) == 0 ? TimeSpan.FromSeconds(3) : Timeout.InfiniteTimeSpan,
            });
        _application = new ClientApplication(_connection, random, methods, _script);
    }

    public ValueTask DisposeAsync()
    {
        _application.Dispose();
        return default;
    }

    public async Task PlayAsync()
    {
        int steps = _random.Next(6, 60);
        for (int step = 0; step < steps; step++)
        {
            switch (_random.Next(20))
            {
                case < 7:
                    Feed(_random.Next(1, 40), isEager: _random.Next(24) == 0);
                    break;
                case < 15:
                    _application.Step();
                    break;
                case 15:
                    _application.Cancel();
                    break;
                case 16:
                    _time.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 1500)));
                    break;
                case 17 when _random.Next(12) == 0:
                    Leave();
                    break;
                default:
                    ReadAtPeer();
                    break;
            }

            if (_random.Next(10) == 0)
            {
                await Task.Yield();
            }
        }

        await EndAsync();
    }

    private void Feed(int most, bool isEager)
    {
        if (_hasEnded || !_feeding.IsCompleted)
        {
            return;
        }

        int before = isEager ? int.MaxValue : _application.Asked == 0 ? 0
            : _application.Asked == _script.Responses.Count ? int.MaxValue : _script.Responses[_application.Asked - 1].End;
        ReadOnlyMemory<byte> bytes = _script.Next(most, before);
        if (!bytes.IsEmpty)
        {
            _feeding = _peer.Output.WriteAsync(bytes).AsTask();
        }
        else if (_script.IsAtEnd)
        {
            _hasEnded = true;
            _application.HasEnd = !_script.FailsAtTheEnd;
            _peer.Output.Complete(_script.FailsAtTheEnd ? new IOException("reset") : null);
        }
    }

    private void ReadAtPeer()
    {
        while (!_hasLeft && TryReadAtPeer(out ReadResult result))
        {
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
            {
                _seen.Write(segment.Span);
            }

            _peer.Input.AdvanceTo(result.Buffer.End);
            _hasLeft = result.IsCompleted;
            if (result.Buffer.IsEmpty)
            {
                return;
            }
        }
    }

    private bool TryReadAtPeer(out ReadResult result)
    {
        try
        {
            return _peer.Input.TryRead(out result);
        }
        catch (Exception exception) when (exception is IOException or TimeoutException)
        {
            // The client has dropped the transport.
            _hasLeft = true;
            result = default;
            return false;
        }
    }

    private void Leave()
    {
        if (!_hasLeft)
        {
            ReadAtPeer();
            _hasLeft = true;
            _peer.Input.Complete();
        }
    }

    /// <summary>What is under way ends, and so does the connection.</summary>
    private async Task EndAsync()
    {
        _application.Cancel();
        await PumpAsync(_application.Pending, "what the application waits for");
        await PumpAsync(_connection.DisposeAsync().AsTask(), "the end of the connection");
        await PumpAsync(_connection.DisposeAsync().AsTask(), "the second end of the connection");
        Schedule.Require(!_connection.CanSend, "Nothing can be sent on a connection that has ended.");
        ReadAtPeer();
        CheckRequests();
    }

    private async Task PumpAsync(Task task, string what)
    {
        long started = Environment.TickCount64;
        for (int round = 0; !task.IsCompleted; round++)
        {
            ReadAtPeer();
            Feed(16, isEager: true);
            await Task.Yield();
            if (round > 8)
            {
                _time.Advance(TimeSpan.FromMilliseconds(400));
            }

            Schedule.Require(
                Environment.TickCount64 - started < Patience.TotalMilliseconds,
                $"It hangs: {what}; the client is {_connection.ClientState}, the server {_connection.ServerState}.");
        }

        await task;
    }

    /// <summary>A server that reads by the book sees the requests that were made, in their order, and nothing else.</summary>
    private void CheckRequests()
    {
        NaiveServer server = NaiveServer.Read(_seen.WrittenSpan);
        string[] started = [.. _application.Requests];
        Schedule.Require(
            server.Requests.Count <= started.Length && server.Requests.Zip(started).All(p => p.First == p.Second),
            $"the requests are {string.Join(" | ", server.Requests)}, and not {string.Join(" | ", started)}");
        Schedule.Require(
            server.Refusal == 0 || _application.HasOpenRequest || _isFaulty || _hasLeft,
            $"a request is refused with {server.Refusal}: '{Encoding.Latin1.GetString(_seen.WrittenSpan)}'");
        int complete = started.Length - (_application.HasOpenRequest ? 1 : 0);
        Schedule.Require(
            server.Requests.Count >= complete || _isFaulty || _hasLeft || _application.HasFailed,
            string.Create(CultureInfo.InvariantCulture, $"{complete} requests were written, and {server.Requests.Count} arrived"));
    }
}
