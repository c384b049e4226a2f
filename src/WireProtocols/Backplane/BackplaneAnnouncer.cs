namespace WireProtocols.Backplane;

/// <summary>Tells the other nodes how many members the topics of this one have: changes at once, and all of them now and then.</summary>
/// <param name="node">This node.</param>
/// <param name="backplane">What carries it.</param>
/// <param name="link">Calls it.</param>
/// <param name="options">The times.</param>
internal sealed class BackplaneAnnouncer(ulong node, IBackplane backplane, BackplaneLink link, BackplaneNodeOptions options)
{
    private readonly Dictionary<string, int> _said = new(StringComparer.Ordinal);
    private long? _saidAllAt;
    private bool _hasAsked;
    private volatile bool _saysAll = true;

    /// <summary>Another node wants to know all.</summary>
    public void SayAll() => _saysAll = true;

    /// <summary>Says what is to be said. One thread at a time calls it.</summary>
    /// <param name="counts">The members of each topic that is open.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="BackplaneException">The backplane is lost.</exception>
    public async ValueTask RunAsync(IReadOnlyCollection<(string Topic, int Members)> counts, CancellationToken cancellationToken)
    {
        bool all = _saysAll || _saidAllAt is not { } at || options.TimeProvider.GetElapsedTime(at) >= options.PresenceInterval;
        _saysAll = false;
        HashSet<string> open = [.. counts.Select(c => c.Topic)];
        (string Topic, int Members)[] news =
        [
            .. counts.Where(c => _said.GetValueOrDefault(c.Topic) is var said && (said != c.Members || (all && c.Members > 0))),
            .. _said.Keys.Where(t => !open.Contains(t)).Select(t => (t, 0)),
        ];
        if (news.Length > 0 || !_hasAsked)
        {
            try
            {
                await SendAsync(news, asks: !_hasAsked, cancellationToken).ConfigureAwait(false);
            }
            catch (BackplaneException)
            {
                _saysAll = true;
                throw;
            }

            _hasAsked = true;
            Note(news);
        }

        _saidAllAt = all ? options.TimeProvider.GetTimestamp() : _saidAllAt;
    }

    /// <summary>Says that there are no members here any more, where the backplane can be reached.</summary>
    public async ValueTask LeaveAsync()
    {
        try
        {
            (string, int)[] zeros = [.. _said.Keys.ToArray().Select(t => (t, 0))];
            if (zeros.Length > 0 && link.State == BackplaneState.Connected)
            {
                await SendAsync(zeros, asks: false, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (BackplaneException)
        {
            // What was said expires.
        }
    }

    private void Note((string Topic, int Members)[] news)
    {
        foreach ((string topic, int members) in news)
        {
            if (members == 0)
            {
                _said.Remove(topic);
            }
            else
            {
                _said[topic] = members;
            }
        }
    }

    private async ValueTask SendAsync((string Topic, int Members)[] counts, bool asks, CancellationToken cancellationToken)
    {
        foreach (ReadOnlyMemory<byte> note in BackplaneNote.Encode(node, options.PresenceExpiry, asks, counts))
        {
            await link.CallAsync(
                async end =>
                {
                    await backplane.AnnounceAsync(note, end).ConfigureAwait(false);
                    return true;
                },
                cancellationToken).ConfigureAwait(false);
        }
    }
}
