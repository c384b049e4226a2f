using System.Globalization;
using StackExchange.Redis;
using WireProtocols.Backplane;

namespace WireProtocols.Redis;

/// <summary>
/// What a topic is called in Redis. Its name stands percent-encoded in braces, so that a cluster keeps all of it in one slot.
/// </summary>
internal sealed class RedisTopicKeys
{
    private readonly string _name;

    /// <param name="prefix">What all names begin with.</param>
    /// <param name="topic">The topic.</param>
    public RedisTopicKeys(string prefix, string topic)
    {
        _name = $"{prefix}{{{Uri.EscapeDataString(topic)}}}";
        Log = _name + ":log";
    }

    /// <summary>The epoch, sequence number and size of the log.</summary>
    public RedisKey Head => _name + ":head";

    /// <summary>The log, a stream. The ID of an entry is its epoch and sequence number, in decimal digits.</summary>
    public RedisKey Log { get; }

    /// <summary>The last number of each publisher.</summary>
    public RedisKey Publishers => _name + ":publishers";

    /// <summary>Where what is appended is told: the ID, a space, and the record.</summary>
    public RedisChannel Channel => RedisChannel.Literal(_name);

    /// <summary>Reads what was told.</summary>
    /// <returns>False where it is nothing of ours.</returns>
    public static bool TryParse(ReadOnlyMemory<byte> message, out BackplaneEntry entry)
    {
        entry = default;
        int space = message.Span.IndexOf((byte)' ');
        int dash = message.Span[..Math.Max(space, 0)].IndexOf((byte)'-');
        if (dash < 0
            || !ulong.TryParse(message.Span[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out ulong epoch)
            || !long.TryParse(message.Span[(dash + 1)..space], NumberStyles.None, CultureInfo.InvariantCulture, out long sequence)
            || epoch == 0 || sequence < 1)
        {
            return false;
        }

        entry = EntryAt(epoch, sequence, message[(space + 1)..]);
        return true;
    }

    /// <summary>Sequence numbers have no gaps, so what stands before an entry is known.</summary>
    public static BackplaneEntry EntryAt(ulong epoch, long sequence, ReadOnlyMemory<byte> record)
        => new(new BackplanePosition(epoch, sequence), new BackplanePosition(epoch, sequence - 1), record);
}
