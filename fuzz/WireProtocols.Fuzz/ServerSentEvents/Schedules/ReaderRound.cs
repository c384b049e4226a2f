using System.Globalization;
using System.Net;
using WireProtocols.Fuzz.WebSockets.Schedules;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Fuzz.ServerSentEvents.Schedules;

/// <summary>One round: a client, its server, and an application, all on one thread where streams and timers call back at once, so that the tape
/// repeats the round.</summary>
internal sealed class ReaderRound : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Random _random;
    private readonly ManualTimeProvider _time = new();
    private readonly EventServer _server;
    private readonly HttpClient _http;
    private readonly EventStreamClient _client;
    private CancellationTokenSource? _cancel;
    private Task<bool> _pending = Task.FromResult(true);
    private int _taken;
    private bool _hasEnded;
    private bool _isClosed;

    public ReaderRound(Random random)
    {
        _random = random;
        _server = new EventServer(random) { LastEventId = () => _taken == 0 ? "" : _taken.ToString(CultureInfo.InvariantCulture) };
        _http = new HttpClient(_server) { Timeout = Timeout.InfiniteTimeSpan };
        _client = new EventStreamClient(
            _http,
            new Uri("http://a/"),
            new EventStreamClientOptions
            {
                TimeProvider = _time,
                ReconnectionTime = TimeSpan.FromMilliseconds(random.Next(0, 2000)),
                MinReconnectionTime = TimeSpan.FromMilliseconds(random.Next(0, 500)),
                MaxBackoff = TimeSpan.FromMilliseconds(random.Next(0, 2000)),
                MaxAttempts = random.Next(3) == 0 ? random.Next(1, 5) : int.MaxValue,
                IdleTimeout = random.Next(3) == 0 ? TimeSpan.FromSeconds(2) : Timeout.InfiniteTimeSpan,
                Reconnection = random.Next(6) == 0 ? EventStreamReconnection.Never : EventStreamReconnection.Always,
                IsTransient = random.Next(2) == 0 ? response => response.StatusCode == HttpStatusCode.ServiceUnavailable : null,
            });
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        _cancel?.Dispose();
        _http.Dispose();
        _server.Dispose();
    }

    public async Task PlayAsync()
    {
        int steps = _random.Next(6, 60);
        for (int step = 0; step < steps; step++)
        {
            switch (_random.Next(20))
            {
                case < 7:
                    _server.Feed(_random.Next(1, 40));
                    break;
                case < 10:
                    Wait();
                    break;
                case < 15:
                    TakeAll(_random.Next(1, 6));
                    break;
                case 15:
                    _cancel?.Cancel();
                    break;
                case 16 or 17:
                    _time.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 3000)));
                    break;
                case 18:
                    _server.End();
                    break;
                default:
                    CloseSeldom();
                    break;
            }

            if (_random.Next(10) == 0)
            {
                await Task.Yield();
            }
        }

        await EndAsync();
    }

    private void CloseSeldom()
    {
        if (_random.Next(8) == 0)
        {
            _isClosed = true;
            _client.Close();
            Schedule.Require(_client.State == EventStreamState.Closed, $"a client that was closed is {_client.State}");
        }
    }

    private void Wait()
    {
        if (_pending.IsCompleted)
        {
            Settle();
            _cancel?.Dispose();
            _cancel = new CancellationTokenSource();
            _pending = WatchAsync(_client.WaitToReadAsync(_cancel.Token));
        }
    }

    private void Settle()
    {
        bool mayCome = _pending.GetAwaiter().GetResult();
        _hasEnded |= !mayCome;
        Schedule.Require(!_hasEnded || _client.State == EventStreamState.Closed, $"nothing comes any more, and the client is {_client.State}");
    }

    private void TakeAll(int most)
    {
        if (!_pending.IsCompleted)
        {
            return;
        }

        Settle();
        for (int i = 0; i < most && _client.TryRead(out EventStreamElement element); i++)
        {
            if (element.Kind != EventStreamElementKind.Event)
            {
                continue;
            }

            Schedule.Require(!_isClosed, "an event came out of a client that was closed");
            ServerSentEvent seen = element.ToEvent();
            int colon = seen.Data.IndexOf(':', StringComparison.Ordinal);
            Schedule.Require(colon > 0 && seen.Data.EndsWith('.'), $"'{seen.Data}' is not whole");
            int number = int.Parse(seen.Data.AsSpan(0, colon), CultureInfo.InvariantCulture);
            Schedule.Require(number == _taken + 1, $"event {number} came behind event {_taken}");
            _taken = number;
            Schedule.Require(
                seen.LastEventId == _client.LastEventId && seen.LastEventId == seen.Data[..colon], $"event {number} has the id '{seen.LastEventId}'");
        }
    }

    /// <summary>A wait that is over says whether something may come; one that failed has closed the client.</summary>
    private async Task<bool> WatchAsync(ValueTask<bool> wait)
    {
        try
        {
            return await wait;
        }
        catch (OperationCanceledException)
        {
            return !_hasEnded;
        }
        catch (Exception exception) when (exception is EventStreamProtocolException or HttpRequestException or IOException)
        {
            Schedule.Require(_client.State == EventStreamState.Closed, $"it failed, and the client is {_client.State}: {exception.Message}");
            return false;
        }
    }

    /// <summary>What waits ends, and nothing comes any more.</summary>
    private async Task EndAsync()
    {
        int requests = _server.Requests;
        Task disposing = _client.DisposeAsync().AsTask();
        long started = Environment.TickCount64;
        while (!disposing.IsCompleted || !_pending.IsCompleted)
        {
            await Task.Yield();
            Schedule.Require(Environment.TickCount64 - started < Patience.TotalMilliseconds, $"It hangs; the client is {_client.State}.");
        }

        await disposing;
        await _pending;
        _time.Advance(TimeSpan.FromMinutes(10));
        Schedule.Require(!await _client.WaitToReadAsync(), "a client that is disposed waits for nothing");
        Schedule.Require(!_client.TryRead(out _), "a client that is disposed has nothing");
        Schedule.Require(_server.Requests == requests, "a client that is disposed asks for nothing");
        Schedule.Require(_time.Waiting == 0, $"{_time.Waiting} timers are left");
    }
}
