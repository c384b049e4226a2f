using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WireProtocols.Backplane;

/// <summary>The logs of the topics that several <see cref="MemoryBackplane"/>s of a process have in common.</summary>
public sealed class MemoryBackplaneLog
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Log> _logs = new(StringComparer.Ordinal);
    private readonly int _maxMessages;
    private readonly long _maxBytes;

    /// <param name="maxMessages">The most messages that are retained of a topic; the oldest go first.</param>
    /// <param name="maxBytes">The most bytes of them.</param>
    /// <exception cref="ArgumentOutOfRangeException">Below 1.</exception>
    public MemoryBackplaneLog(int maxMessages = 10_000, long maxBytes = 64 * 1024 * 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxMessages, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 1);
        _maxMessages = maxMessages;
        _maxBytes = maxBytes;
    }

    /// <summary>Is called for each entry, under the lock that keeps their order.</summary>
    internal event Action<string, BackplaneEntry>? Appended;

    /// <summary>Is called for each note.</summary>
    internal event Action<ReadOnlyMemory<byte>>? Announced;

    internal BackplanePosition Append(string topic, BackplaneBatch batch)
    {
        lock (_lock)
        {
            if (!_logs.TryGetValue(topic, out Log? log) || log.IsSetBack(batch.Known))
            {
                log = new Log(_maxMessages, _maxBytes);
                _logs[topic] = log;
            }

            long number = batch.FirstNumber;
            foreach (ReadOnlyMemory<byte> record in batch.Records)
            {
                if (log.TryAppend(batch.Publisher, number++, record) is { } entry)
                {
                    Appended?.Invoke(topic, entry);
                }
            }

            return log.Head;
        }
    }

    internal BackplanePage Read(string topic, BackplanePosition after, int maxEntries)
    {
        lock (_lock)
        {
            if (!_logs.TryGetValue(topic, out Log? log))
            {
                return new BackplanePage([], BackplanePosition.None, false);
            }

            if (log.IsSetBack(after))
            {
                _logs[topic] = log = new Log(_maxMessages, _maxBytes);
            }

            return log.Read(after, maxEntries);
        }
    }

    internal void Announce(ReadOnlyMemory<byte> note) => Announced?.Invoke(note);

    /// <summary>Loses everything, as a server does that keeps nothing on a disk.</summary>
    internal void Clear()
    {
        lock (_lock)
        {
            _logs.Clear();
        }
    }

    /// <summary>Loses the newest entries, as a server does that stops before it has written them, and keeps its epoch.</summary>
    internal void SetBack(string topic, int entries)
    {
        lock (_lock)
        {
            _logs[topic].SetBack(entries);
        }
    }

    /// <summary>The log of a topic; the lock of all of them guards it.</summary>
    private sealed class Log(int maxMessages, long maxBytes)
    {
        /// <summary>Those before <see cref="_first"/> are dropped, and taken out when they are half of it.</summary>
        private readonly List<ReadOnlyMemory<byte>> _records = [];
        private readonly Dictionary<ulong, long> _publishers = [];
        private readonly ulong _epoch = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))) | 1;
        private int _first;
        private long _dropped;
        private long _bytes;

        public BackplanePosition Head => At(_dropped + _records.Count - _first);

        public bool IsSetBack(BackplanePosition known) => known.Epoch == _epoch && known.Sequence > Head.Sequence;

        public BackplaneEntry? TryAppend(ulong publisher, long number, ReadOnlyMemory<byte> record)
        {
            if (number <= _publishers.GetValueOrDefault(publisher))
            {
                return null;
            }

            BackplanePosition previous = Head;
            _publishers[publisher] = number;
            _records.Add(record);
            _bytes += record.Length;
            DropOld();
            return new BackplaneEntry(Head, previous, record);
        }

        public BackplanePage Read(BackplanePosition after, int maxEntries)
        {
            bool isOther = after.Epoch != _epoch;
            long first = Math.Max(isOther ? 0 : after.Sequence, _dropped);
            BackplaneEntry[] entries =
            [
                .. _records.Skip(_first + (int)(first - _dropped)).Take(maxEntries)
                    .Select((record, i) => new BackplaneEntry(At(first + i + 1), At(first + i), record)),
            ];
            bool isGone = isOther ? !after.IsNone || _dropped > 0 : after.Sequence < _dropped;
            return new BackplanePage(entries, Head, isGone);
        }

        public void SetBack(int entries)
        {
            _bytes -= _records.TakeLast(entries).Sum(r => (long)r.Length);
            _records.RemoveRange(_records.Count - entries, entries);
        }

        private void DropOld()
        {
            while (_records.Count - _first > maxMessages || _bytes > maxBytes)
            {
                _bytes -= _records[_first].Length;
                _records[_first++] = default;
                _dropped++;
            }

            if (_first > _records.Count / 2)
            {
                _records.RemoveRange(0, _first);
                _first = 0;
            }
        }

        private BackplanePosition At(long sequence) => new(_epoch, sequence);
    }
}
