using System.Security.Cryptography;

namespace WireProtocols.Resume;

/// <summary>What a replay buffer can do for a client that comes back.</summary>
public enum ReplayAnswer
{
    /// <summary>Everything behind the client's position is there, which may be nothing.</summary>
    Complete = 0,

    /// <summary>What the client missed is gone, or its position is one of another stream: it fetches its state again.</summary>
    Gone,
}

/// <summary>
/// The last messages of a stream, numbered and encoded, so that a client that comes back gets what it missed, whatever carries it there: an event
/// stream, a WebSocket, a poll, a stream of records. It is bounded in messages, bytes and age; the oldest go first. It may be used by many threads.
/// </summary>
public sealed class ReplayBuffer
{
    private readonly Lock _lock = new();
    private readonly ReplayRing<(ReadOnlyMemory<byte> Message, long Time)> _messages = new();
    private readonly ReplayBufferOptions _options;
    private long _last;
    private long _bytes;

    /// <param name="options">The bounds; <see cref="ReplayBufferOptions.Default"/> when null.</param>
    /// <param name="epoch">The stream's identity; drawn at random when null, so that positions of another process are not taken for its own.</param>
    /// <param name="lastSequence">The number of the last message of a stream that goes on from elsewhere; 0 for a new one.</param>
    /// <exception cref="ArgumentException">The epoch is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public ReplayBuffer(ReplayBufferOptions? options = null, string? epoch = null, long lastSequence = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(lastSequence);
        if (epoch is { Length: 0 })
        {
            throw new ArgumentException("An empty epoch names no stream.", nameof(epoch));
        }

        _options = options ?? ReplayBufferOptions.Default;
        Epoch = epoch ?? RandomNumberGenerator.GetHexString(8, lowercase: true);
        _last = lastSequence;
    }

    /// <summary>The stream's identity.</summary>
    public string Epoch { get; }

    /// <summary>Where the stream is: the number of its last message, 0 before the first.</summary>
    public ReplayPosition Position
    {
        get
        {
            lock (_lock)
            {
                return new ReplayPosition(Epoch, _last);
            }
        }
    }

    /// <summary>How many messages are kept.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                DropOld();
                return _messages.Count;
            }
        }
    }

    /// <summary>How many bytes they have.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                DropOld();
                return _bytes;
            }
        }
    }

    /// <summary>Adds a message.</summary>
    /// <param name="message">Its bytes, which the buffer keeps and does not copy.</param>
    /// <returns>Where the stream is now.</returns>
    public ReplayPosition Add(ReadOnlyMemory<byte> message)
    {
        lock (_lock)
        {
            _messages.Add((message, _options.TimeProvider.GetTimestamp()));
            _bytes += message.Length;
            _last++;
            while (_messages.Count > _options.MaxMessages || _bytes > _options.MaxBytes)
            {
                _bytes -= _messages.RemoveFirst().Message.Length;
            }

            DropOld();
            return new ReplayPosition(Epoch, _last);
        }
    }

    /// <summary>Gets what a client has missed.</summary>
    /// <param name="position">Where the client is.</param>
    /// <param name="missed">The messages behind that, in their order; the first has the number <c>position.Sequence + 1</c>.</param>
    /// <returns>Whether that is all of it.</returns>
    public ReplayAnswer GetMissed(ReplayPosition position, out IReadOnlyList<ReadOnlyMemory<byte>> missed)
    {
        missed = [];
        return position.Epoch == Epoch ? GetMissed(position.Sequence, out missed) : ReplayAnswer.Gone;
    }

    /// <summary>Gets what has come behind a message of this stream.</summary>
    /// <param name="sequence">The message's number; 0 for everything.</param>
    /// <param name="missed">The messages behind it, in their order.</param>
    /// <returns>Whether that is all of it; a number that the stream has not reached is none of its.</returns>
    public ReplayAnswer GetMissed(long sequence, out IReadOnlyList<ReadOnlyMemory<byte>> missed)
    {
        missed = [];
        lock (_lock)
        {
            DropOld();
            long behind = _last - sequence;
            if (behind < 0 || sequence < 0 || behind > _messages.Count)
            {
                return ReplayAnswer.Gone;
            }

            if (behind > 0)
            {
                ReadOnlyMemory<byte>[] messages = new ReadOnlyMemory<byte>[behind];
                int first = _messages.Count - messages.Length;
                for (int i = 0; i < messages.Length; i++)
                {
                    messages[i] = _messages[first + i].Message;
                }

                missed = messages;
            }

            return ReplayAnswer.Complete;
        }
    }

    private void DropOld()
    {
        if (_options.MaxAge == Timeout.InfiniteTimeSpan)
        {
            return;
        }

        long now = _options.TimeProvider.GetTimestamp();
        while (_messages.Count > 0 && _options.TimeProvider.GetElapsedTime(_messages[0].Time, now) > _options.MaxAge)
        {
            _bytes -= _messages.RemoveFirst().Message.Length;
        }
    }
}
