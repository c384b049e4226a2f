namespace WireProtocols.WebSockets;

/// <summary>Who has joined what. The broadcaster's lock guards it.</summary>
internal sealed class WebSocketTopics
{
    private readonly HashSet<WebSocketSubscription> _all = [];
    private readonly Dictionary<string, HashSet<WebSocketSubscription>> _byTopic = new(StringComparer.Ordinal);

    /// <summary>How many there are.</summary>
    public int Count => _all.Count;

    /// <summary>Those who hear what is published: of a topic, or, with null, all.</summary>
    public IReadOnlyCollection<WebSocketSubscription> Listeners(string? topic) => topic is null ? _all : _byTopic.GetValueOrDefault(topic) ?? [];

    /// <summary>Adds a subscription.</summary>
    public void Add(WebSocketSubscription subscription) => _all.Add(subscription);

    /// <summary>Adds a subscription to a topic; nothing where it has left.</summary>
    public void Join(WebSocketSubscription subscription, string topic)
    {
        if (!_all.Contains(subscription))
        {
            return;
        }

        if (!_byTopic.TryGetValue(topic, out HashSet<WebSocketSubscription>? joined))
        {
            joined = [];
            _byTopic.Add(topic, joined);
        }

        joined.Add(subscription);
    }

    /// <summary>Takes a subscription out of a topic. A topic that nobody has joined is forgotten.</summary>
    public void Leave(WebSocketSubscription subscription, string topic)
    {
        if (_byTopic.TryGetValue(topic, out HashSet<WebSocketSubscription>? joined) && joined.Remove(subscription) && joined.Count == 0)
        {
            _byTopic.Remove(topic);
        }
    }

    /// <summary>Takes a subscription out of everything.</summary>
    public void Remove(WebSocketSubscription subscription)
    {
        if (_all.Remove(subscription))
        {
            foreach (string topic in _byTopic.Where(t => t.Value.Contains(subscription)).Select(t => t.Key).ToList())
            {
                Leave(subscription, topic);
            }
        }
    }
}
