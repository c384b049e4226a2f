using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Association;

/// <summary>How a network treats packets, by a seed.</summary>
public sealed record SctpWeather(int Seed, double Loss = 0, double Duplication = 0, double Reordering = 0, int DelayMilliseconds = 20);

/// <summary>
/// Two associations in memory, with a network between them that loses, doubles, delays and reorders by a seed. Time is that of the network: it
/// goes on from one arrival or deadline to the next.
/// </summary>
public sealed class SctpNetwork
{
    private readonly SctpWeather _weather;
    private readonly Random _dice;
    private readonly PriorityQueue<(bool IsToSecond, byte[] Packet), (TimeSpan At, int Order)> _way = new();
    private int _order;

    public SctpNetwork(SctpWeather weather, SctpAssociationOptions? options = null)
    {
        _weather = weather;
        _dice = new Random(weather.Seed);
        First = new SctpAssociation(options);
        Second = new SctpAssociation(options);
    }

    private SctpNetwork(SctpWeather weather, SctpAssociation second, TimeSpan now)
        : this(weather)
    {
        Second = second;
        Now = now;
    }

    public SctpAssociation First { get; }

    public SctpAssociation Second { get; }

    public TimeSpan Now { get; private set; }

    public int Packets { get; private set; }

    public List<SctpEvent> FirstEvents { get; } = [];

    public List<SctpEvent> SecondEvents { get; } = [];

    /// <summary>Whether what has happened is taken at once.</summary>
    public bool TakesEvents { get; set; } = true;

    /// <summary>Loses what it says yes to, besides what the weather loses: whether the packet goes to the second, and the packet.</summary>
    public Func<bool, byte[], bool>? Loses { get; set; }

    /// <summary>Called for each packet that is sent.</summary>
    public Action<bool, byte[]>? Sees { get; set; }

    /// <summary>Goes on until something holds.</summary>
    /// <returns>False where that does not happen within the time, or nothing is left to happen.</returns>
    public bool RunUntil(Func<bool> holds, double seconds = 600)
    {
        TimeSpan limit = Now + TimeSpan.FromSeconds(seconds);
        Pump();
        while (!holds())
        {
            if (!Step(limit))
            {
                return holds();
            }
        }

        return true;
    }

    /// <summary>Lets time pass.</summary>
    public void Run(double seconds) => RunUntil(() => false, seconds);

    /// <summary>Gives a packet to one of them, as if the other had sent it.</summary>
    public void Inject(bool isToSecond, byte[] packet)
    {
        (isToSecond ? Second : First).Receive(packet, Now);
        Pump();
    }

    /// <summary>A network in which the first knows nothing of the association any more. What was on the way is lost.</summary>
    public SctpNetwork Restart(SctpWeather weather) => new(weather, Second, Now) { TakesEvents = TakesEvents };

    private bool Step(TimeSpan limit)
    {
        TimeSpan? next = _way.TryPeek(out _, out (TimeSpan At, int Order) first) ? first.At : null;
        foreach (TimeSpan? deadline in (ReadOnlySpan<TimeSpan?>)[First.NextDeadline, Second.NextDeadline])
        {
            next = next is null || deadline < next ? deadline ?? next : next;
        }

        if (next is null || next > limit)
        {
            Now = limit;
            return false;
        }

        Now = next > Now ? next.Value : Now;
        while (_way.TryPeek(out (bool IsToSecond, byte[] Packet) arrival, out first) && first.At <= Now)
        {
            _way.Dequeue();
            (arrival.IsToSecond ? Second : First).Receive(arrival.Packet, Now);
            Pump();
        }

        First.Advance(Now);
        Second.Advance(Now);
        Pump();
        return true;
    }

    private void Pump()
    {
        Send(First, isToSecond: true);
        Send(Second, isToSecond: false);
        if (TakesEvents)
        {
            TakeEvents();
            Send(First, isToSecond: true);
            Send(Second, isToSecond: false);
        }
    }

    public void TakeEvents()
    {
        while (First.TryGetEvent(out SctpEvent happened))
        {
            FirstEvents.Add(happened);
        }

        while (Second.TryGetEvent(out SctpEvent happened))
        {
            SecondEvents.Add(happened);
        }
    }

    private void Send(SctpAssociation from, bool isToSecond)
    {
        while (from.TryGetPacket(Now, out ReadOnlyMemory<byte> packet))
        {
            byte[] bytes = packet.ToArray();
            Packets++;
            Sees?.Invoke(isToSecond, bytes);
            int copies = Loses?.Invoke(isToSecond, bytes) == true || _dice.NextDouble() < _weather.Loss ? 0
                : _dice.NextDouble() < _weather.Duplication ? 2
                : 1;
            for (int i = 0; i < copies; i++)
            {
                double delay = _weather.DelayMilliseconds * (_dice.NextDouble() < _weather.Reordering ? 1 + (3 * _dice.NextDouble()) : 1);
                _way.Enqueue((isToSecond, bytes), (Now + TimeSpan.FromMilliseconds(delay), _order++));
            }
        }
    }
}
