using WireProtocols.Backplane;

namespace WireProtocols.Tests.Backplane;

/// <summary>
/// A backplane over another one, at which everything goes wrong that a network does: news are lost, come twice and in another order; calls fail
/// before they were carried out, or after; and for a while nothing goes at all. A seed chooses.
/// </summary>
internal sealed class FaultyBackplane(IBackplane inner, int seed, double trouble) : IBackplane, IBackplaneListener
{
    private readonly Lock _lock = new();
    private readonly Random _random = new(seed);
    private readonly List<(string Topic, BackplaneEntry Entry)> _late = [];
    private IBackplaneListener? _listener;

    /// <summary>While it is true, every call fails and no news come.</summary>
    public volatile bool IsDown;

    /// <summary>No news come, and nobody is told so.</summary>
    public volatile bool IsMute;

    public int MaxRecordLength => inner.MaxRecordLength;

    public async ValueTask StartAsync(IBackplaneListener listener, CancellationToken cancellationToken)
    {
        Fail("start");
        _listener = listener;
        await inner.StartAsync(this, cancellationToken);
    }

    public ValueTask SubscribeAsync(string topic, CancellationToken cancellationToken)
    {
        Fail("subscribe");
        return inner.SubscribeAsync(topic, cancellationToken);
    }

    public ValueTask UnsubscribeAsync(string topic, CancellationToken cancellationToken) => inner.UnsubscribeAsync(topic, cancellationToken);

    public async ValueTask<BackplanePosition> AppendAsync(string topic, BackplaneBatch batch, CancellationToken cancellationToken)
    {
        Fail("append");
        BackplanePosition position = await inner.AppendAsync(topic, batch, cancellationToken);
        Fail("answer");
        return position;
    }

    public ValueTask<BackplanePage> ReadAsync(string topic, BackplanePosition after, int maxEntries, CancellationToken cancellationToken)
    {
        Fail("read");
        return inner.ReadAsync(topic, after, maxEntries, cancellationToken);
    }

    public ValueTask AnnounceAsync(ReadOnlyMemory<byte> note, CancellationToken cancellationToken)
    {
        Fail("announce");
        return inner.AnnounceAsync(note, cancellationToken);
    }

    public ValueTask PingAsync(CancellationToken cancellationToken)
    {
        if (IsDown)
        {
            throw new IOException("It is down.");
        }

        return inner.PingAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    public void Received(string topic, in BackplaneEntry entry)
    {
        if (IsDown || IsMute)
        {
            return;
        }

        lock (_lock)
        {
            if (Happens())
            {
                // Lost, or late, or twice.
                switch (_random.Next(3))
                {
                    case 0:
                        return;
                    case 1:
                        _late.Add((topic, entry));
                        return;
                    default:
                        _listener!.Received(topic, entry);
                        break;
                }
            }
        }

        _listener!.Received(topic, entry);
        lock (_lock)
        {
            foreach ((string lateTopic, BackplaneEntry late) in _late)
            {
                _listener!.Received(lateTopic, late);
            }

            _late.Clear();
        }
    }

    public void Announced(ReadOnlySpan<byte> note)
    {
        if (!IsDown)
        {
            _listener!.Announced(note);
        }
    }

    public void Interrupted() => _listener!.Interrupted();

    private void Fail(string what)
    {
        lock (_lock)
        {
            if (IsDown || Happens())
            {
                throw new IOException($"It failed: {what}.");
            }
        }
    }

    private bool Happens() => _random.NextDouble() < trouble;
}
