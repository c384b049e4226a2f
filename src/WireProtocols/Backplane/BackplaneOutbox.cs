namespace WireProtocols.Backplane;

/// <summary>
/// What this node says to a topic, until it is both in the log and delivered here. So when the backplane is lost, everything that this node's own
/// clients have not seen yet is at hand.
/// </summary>
/// <param name="publisher">This publisher.</param>
/// <param name="maxMessages">The most messages.</param>
/// <param name="maxBytes">The most bytes of them.</param>
internal sealed class BackplaneOutbox(ulong publisher, int maxMessages, long maxBytes)
{
    /// <summary>What a waiting message counts besides its payload.</summary>
    private const int MessageCost = 64;

    private const int MaxBatchMessages = 128;
    private const int MaxBatchBytes = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly LinkedList<Message> _messages = new();
    private LinkedListNode<Message>? _firstUnlogged;
    private LinkedListNode<Message>? _firstUndelivered;
    private LinkedListNode<Message>? _firstKept;
    private long _number;
    private long _bytes;

    /// <summary>Messages that are not in the log.</summary>
    public int Unlogged { get; private set; }

    /// <summary>Takes in a message.</summary>
    /// <param name="payload">The message, which is copied.</param>
    /// <param name="isSolved">Whether nobody waits until it is in the log.</param>
    /// <returns>What completes when it is in the log; null where there is no room.</returns>
    public Task? TryAdd(ReadOnlySpan<byte> payload, bool isSolved)
    {
        lock (_lock)
        {
            if (_messages.Count >= maxMessages || _bytes + payload.Length + MessageCost > maxBytes)
            {
                return null;
            }

            Message message = new(++_number, BackplaneRecord.Encode(publisher, _number, payload));
            LinkedListNode<Message> node = _messages.AddLast(message);
            _firstUnlogged ??= node;
            _firstUndelivered ??= node;
            _firstKept ??= node;
            _bytes += message.Cost;
            Unlogged++;
            BackplaneMetrics.WaitingChanged(1);
            if (isSolved)
            {
                message.Logged.TrySetResult();
            }

            return message.Logged.Task;
        }
    }

    /// <summary>The oldest messages that are not in the log; they stay.</summary>
    /// <returns>False where there are none.</returns>
    public bool TryPeek(out long firstNumber, out IReadOnlyList<ReadOnlyMemory<byte>> records)
    {
        lock (_lock)
        {
            List<ReadOnlyMemory<byte>> batch = [];
            firstNumber = _firstUnlogged?.Value.Number ?? 0;
            int bytes = 0;
            for (LinkedListNode<Message>? node = _firstUnlogged;
                node is not null && batch.Count < MaxBatchMessages && bytes < MaxBatchBytes;
                node = node.Next)
            {
                batch.Add(node.Value.Record);
                bytes += node.Value.Record.Length;
            }

            records = batch;
            return batch.Count > 0;
        }
    }

    /// <summary>The oldest messages that were not in the log are now.</summary>
    public void NoteLogged(int count)
    {
        lock (_lock)
        {
            for (; count > 0; count--)
            {
                Message message = _firstUnlogged!.Value;
                _firstUnlogged = _firstUnlogged.Next;
                message.IsLogged = true;
                Unlogged--;
                BackplaneMetrics.WaitingChanged(-1);
                message.Logged.TrySetResult();
            }

            DropDone();
        }
    }

    /// <summary>All messages up to a number have been delivered here.</summary>
    public void NoteDelivered(long number)
    {
        lock (_lock)
        {
            while (_firstUndelivered is { } node && node.Value.Number <= number)
            {
                node.Value.IsDelivered = true;
                _firstUndelivered = node.Next;
            }

            DropDone();
        }
    }

    /// <summary>Gives out what has not been delivered here, once; nobody waits for it any more.</summary>
    public IReadOnlyCollection<BackplaneRecord> TakeUndelivered()
    {
        lock (_lock)
        {
            List<BackplaneRecord> records = [];
            while (_firstKept is { } node)
            {
                _firstKept = node.Next;
                if (!node.Value.IsDelivered && BackplaneRecord.TryDecode(node.Value.Record, out BackplaneRecord record))
                {
                    node.Value.Logged.TrySetResult();
                    records.Add(record);
                }
            }

            return records;
        }
    }

    /// <summary>Nothing is sent any more.</summary>
    public void Fail(Exception exception)
    {
        lock (_lock)
        {
            foreach (Message message in _messages)
            {
                message.Logged.TrySetException(exception);
            }

            BackplaneMetrics.WaitingChanged(-Unlogged);
            _messages.Clear();
            (_firstUnlogged, _firstUndelivered, _firstKept) = (null, null, null);
            _bytes = 0;
            Unlogged = 0;
        }
    }

    private void DropDone()
    {
        while (_messages.First is { Value: { IsLogged: true, IsDelivered: true } done } first)
        {
            _firstKept = _firstKept == first ? first.Next : _firstKept;
            _messages.RemoveFirst();
            _bytes -= done.Cost;
        }
    }

    private sealed class Message(long number, byte[] record)
    {
        public long Number { get; } = number;

        public byte[] Record { get; } = record;

        public int Cost => Record.Length + MessageCost;

        public TaskCompletionSource Logged { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public bool IsLogged { get; set; }

        public bool IsDelivered { get; set; }
    }
}
