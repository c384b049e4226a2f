using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>Reads one end as a pump does, and lets a test wait for what came.</summary>
public sealed class CarrierReader
{
    private readonly IQuicCarrier _carrier;
    private readonly Action<QuicEvent>? _handler;
    private readonly List<QuicEvent> _events = [];
    private readonly Dictionary<long, StreamSum> _sums = [];
    private TaskCompletionSource _changed = New();

    public CarrierReader(IQuicCarrier carrier, Action<QuicEvent>? handler = null)
    {
        _carrier = carrier;
        _handler = handler;
        Running = Task.Run(RunAsync);
    }

    /// <summary>Ends when nothing comes any more.</summary>
    public Task Running { get; }

    /// <summary>Everything but data, as text: <c>4 end</c>, <c>4 reset 7</c>, <c>4 stop 7</c>, <c>4 room</c>, <c>close 7 bye</c>.</summary>
    public string[] Rows
    {
        get
        {
            lock (_events)
            {
                return [.. _events.Select(Describe)];
            }
        }
    }

    public static string Describe(QuicEvent item) => item.Kind switch
    {
        QuicEventKind.Stream => $"{item.StreamId} end",
        QuicEventKind.Datagram => $"datagram {item.Data.Length}",
        QuicEventKind.Reset => $"{item.StreamId} reset {item.ErrorCode}",
        QuicEventKind.StopSending => $"{item.StreamId} stop {item.ErrorCode}",
        QuicEventKind.Writable => $"{item.StreamId} room",
        _ => $"close {item.ErrorCode} {item.Cause} {item.Reason}".TrimEnd(),
    };

    /// <summary>How many bytes of the pattern came on a stream; fails where others did.</summary>
    public long Received(long streamId)
    {
        lock (_events)
        {
            return _sums.TryGetValue(streamId, out StreamSum? sum) ? sum.Count : 0;
        }
    }

    /// <summary>How many events of a kind a stream had; for what <see cref="WaitAsync"/> asks.</summary>
    public int CountOf(QuicEventKind kind, long streamId) => _events.Count(e => e.Kind == kind && e.StreamId == streamId);

    public Task WaitForAsync(string row) => WaitAsync(row, () => _events.Exists(e => Describe(e) == row));

    public Task WaitForAsync(long streamId, long count)
        => WaitAsync($"{count} bytes of {streamId}", () => _sums.GetValueOrDefault(streamId)?.Count >= count);

    public Task WaitForCountAsync(QuicEventKind kind, int count)
        => WaitAsync($"{count} times {kind}", () => _events.Count(e => e.Kind == kind) >= count);

    /// <summary>Waits until it is so; the state is looked at after every event.</summary>
    public async Task WaitAsync(string what, Func<bool> isSo)
    {
        while (true)
        {
            Task changed;
            lock (_events)
            {
                if (isSo())
                {
                    return;
                }

                changed = _changed.Task;
            }

            Task first = await Task.WhenAny(changed, Running, Task.Delay(TimeSpan.FromSeconds(60)));
            if (first != changed && !isSo())
            {
                await (first == Running ? Running : Task.CompletedTask);
                string received = string.Join(", ", _sums.Select(s => $"{s.Key}: {s.Value.Count}"));
                Assert.Fail($"{what} did not come; {string.Join(", ", Rows.TakeLast(20))}; {received}");
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task RunAsync()
    {
        while (await _carrier.WaitToReadAsync())
        {
            while (_carrier.TryRead(out QuicEvent item))
            {
                _handler?.Invoke(item);
                Note(item);
            }

            await _carrier.FlushAsync();
        }
    }

    private void Note(QuicEvent item)
    {
        TaskCompletionSource changed;
        lock (_events)
        {
            if (item.Kind == QuicEventKind.Stream)
            {
                if (!_sums.TryGetValue(item.StreamId, out StreamSum? sum))
                {
                    _sums.Add(item.StreamId, sum = new StreamSum(item.StreamId));
                }

                sum.Add(item.Data.Span);
            }

            if (item.Kind != QuicEventKind.Stream || item.EndStream)
            {
                _events.Add(item with { Data = item.Data.ToArray() });
            }

            (changed, _changed) = (_changed, New());
        }

        changed.SetResult();
    }

    private sealed class StreamSum(long streamId)
    {
        public long Count { get; private set; }

        public void Add(ReadOnlySpan<byte> data)
        {
            Assert.Equal(-1, StreamPattern.FindFault(streamId, Count, data));
            Count += data.Length;
        }
    }
}
