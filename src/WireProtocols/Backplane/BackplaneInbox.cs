using System.Threading.Channels;

namespace WireProtocols.Backplane;

/// <summary>What waits to be delivered to a topic's receiver: entries that were heard, as many as may wait, and messages of this node.</summary>
/// <param name="maxEntries">The most entries; those beyond are left to the log.</param>
internal sealed class BackplaneInbox(int maxEntries)
{
    private readonly Lock _lock = new();
    private readonly Queue<BackplaneEntry> _entries = new();
    private readonly Queue<BackplaneRecord> _own = new();
    private readonly Channel<bool> _signal
        = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private bool _mustRead;

    /// <summary>Takes in an entry. Where there is no room it is dropped, and the log is to be read.</summary>
    public void Add(in BackplaneEntry entry)
    {
        lock (_lock)
        {
            if (_entries.Count < maxEntries)
            {
                _entries.Enqueue(entry);
            }
            else
            {
                _mustRead = true;
            }
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Takes in messages of this node that are delivered without the log.</summary>
    public void Add(IReadOnlyCollection<BackplaneRecord> own)
    {
        if (own.Count == 0)
        {
            return;
        }

        lock (_lock)
        {
            foreach (BackplaneRecord record in own)
            {
                _own.Enqueue(record);
            }
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Asks for a look at the log.</summary>
    public void AskToRead()
    {
        lock (_lock)
        {
            _mustRead = true;
        }

        _signal.Writer.TryWrite(true);
    }

    /// <summary>Completes when there is something to do.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _signal.Reader.ReadAsync(cancellationToken);

    public bool TryTakeOwn(out BackplaneRecord record)
    {
        lock (_lock)
        {
            return _own.TryDequeue(out record);
        }
    }

    public bool TryTakeEntry(out BackplaneEntry entry)
    {
        lock (_lock)
        {
            return _entries.TryDequeue(out entry);
        }
    }

    /// <returns>Whether the log is to be read; asked once.</returns>
    public bool TakeMustRead()
    {
        lock (_lock)
        {
            bool mustRead = _mustRead;
            _mustRead = false;
            return mustRead;
        }
    }
}
