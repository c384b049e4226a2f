using WireProtocols.Backplane;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Cli.Serve;

/// <summary>
/// The topics that this server has in common with others, where it is joined to any; else they are its own. An event stream's is opened when
/// somebody asks for it.
/// </summary>
internal sealed class ServeTopics(ServeSettings settings) : IAsyncDisposable
{
    /// <summary>The most topics of event streams.</summary>
    private const int MaxStreams = 64;

    /// <summary>The most events of one that are kept where this server stands alone, and the most bytes of them.</summary>
    private const int MaxKept = 1024;
    private const long MaxKeptBytes = 4 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, EventStreamTopic> _streams = new(StringComparer.Ordinal);
    private BackplaneNode? _own;

    /// <summary>What joins the servers; null where this one stands alone.</summary>
    public BackplaneNode? Shared => settings.Backplane;

    /// <summary>The node that topics are opened on, where there are any.</summary>
    public BackplaneNode? Node => Shared ?? _own;

    /// <summary>The stream of events of a topic.</summary>
    /// <returns>Null where the name is none, or there are too many.</returns>
    public EventStreamTopic? Open(string name)
    {
        lock (_lock)
        {
            if (_streams.TryGetValue(name, out EventStreamTopic? open))
            {
                return open;
            }

            if (_streams.Count >= MaxStreams || name.Length is 0 or > 100)
            {
                return null;
            }

            BackplaneNode node = Node ?? (_own = new BackplaneNode(new MemoryBackplane(new MemoryBackplaneLog(MaxKept, MaxKeptBytes))));
            EventStreamTopic topic = new(node, $"sse/{name}");
            _streams.Add(name, topic);
            return topic;
        }
    }

    /// <summary>Ends every stream.</summary>
    public async ValueTask DisposeAsync()
    {
        List<EventStreamTopic> streams;
        lock (_lock)
        {
            streams = [.. _streams.Values];
        }

        foreach (EventStreamTopic topic in streams)
        {
            await topic.DisposeAsync();
        }

        if (_own is { } own)
        {
            await own.DisposeAsync();
        }
    }
}
