using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace WireProtocols.WebSockets;

/// <summary>
/// The timer of all connections with the same clock and interval that are not to be silent for long: each of them is looked at twice an interval,
/// so that a silence lasts at most one and a half before it is broken. It runs while there is such a connection.
/// </summary>
/// <remarks>
/// For whoever changes this: a timer for each connection weighs 120 bytes. The period is cut into slots that are looked at one after the other, so
/// that many connections do not send their Pings all at once. A new connection goes where the round has just been: it is looked at when a period is
/// over. Looking at a connection may end it, which takes it off here; so the looks are outside of the lock.
/// </remarks>
internal sealed class WebSocketKeepAliveRound
{
    private const int SlotCount = 16;
    private static readonly TimeSpan ShortestStep = TimeSpan.FromMilliseconds(1);

    // A clock that nobody uses any more takes its rounds along.
    private static readonly ConditionalWeakTable<TimeProvider, ConcurrentDictionary<TimeSpan, WebSocketKeepAliveRound>> Rounds = [];

    private readonly TimeProvider _time;
    private readonly TimeSpan _step;
    private readonly List<IWebSocketKept>[] _slots = new List<IWebSocketKept>[SlotCount];
    private ITimer? _timer;
    private int _count;
    private int _last;

    private WebSocketKeepAliveRound(TimeProvider time, TimeSpan interval)
    {
        _time = time;
        TimeSpan step = interval / (2 * SlotCount);
        _step = step > ShortestStep ? step : ShortestStep;
        for (int slot = 0; slot < SlotCount; slot++)
        {
            _slots[slot] = [];
        }
    }

    /// <summary>The round of a clock and an interval.</summary>
    public static WebSocketKeepAliveRound For(TimeProvider time, TimeSpan interval)
        => Rounds.GetOrCreateValue(time).GetOrAdd(interval, static (interval, time) => new WebSocketKeepAliveRound(time, interval), time);

    /// <summary>Takes a connection in.</summary>
    public void Add(IWebSocketKept connection)
    {
        lock (_slots)
        {
            connection.Place = (_slots[_last].Count * SlotCount) + _last;
            _slots[_last].Add(connection);
            _count++;
            _timer ??= _time.CreateTimer(static state => ((WebSocketKeepAliveRound)state!).Step(), this, _step, _step);
        }
    }

    /// <summary>Takes a connection off, whose place the last one of its slot takes. Nothing happens where that has been done.</summary>
    public void Remove(IWebSocketKept connection)
    {
        lock (_slots)
        {
            int place = connection.Place;
            if (place < 0)
            {
                return;
            }

            List<IWebSocketKept> slot = _slots[place % SlotCount];
            IWebSocketKept last = slot[^1];
            slot[place / SlotCount] = last;
            slot.RemoveAt(slot.Count - 1);
            last.Place = place;
            connection.Place = -1;
            _count--;
            if (_count == 0)
            {
                _timer?.Dispose();
                _timer = null;
            }
        }
    }

    private void Step()
    {
        IWebSocketKept[] connections;
        lock (_slots)
        {
            _last = (_last + 1) % SlotCount;
            connections = [.. _slots[_last]];
        }

        foreach (IWebSocketKept connection in connections)
        {
            connection.Look();
        }
    }
}
