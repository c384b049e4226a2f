using System.Text;

namespace WireProtocols.ServerSentEvents;

/// <summary>
/// The strings of event types that came before. A stream has a handful of them, so that a small direct-mapped table saves the allocation;
/// what a peer can make it hold is bounded.
/// </summary>
internal sealed class EventTypeNames
{
    private const int Entries = 64;
    private const int LongestKept = 64;

    private readonly (byte[] Bytes, string Text)[] _entries = new (byte[], string)[Entries];

    public string Get(ReadOnlySpan<byte> type)
    {
        if (type.SequenceEqual("message"u8))
        {
            return "message";
        }

        if (type.Length is 0 or > LongestKept)
        {
            return Encoding.UTF8.GetString(type);
        }

        ref (byte[] Bytes, string Text) entry = ref _entries[IndexOf(type)];
        if (entry.Bytes is null || !type.SequenceEqual(entry.Bytes))
        {
            entry = (type.ToArray(), Encoding.UTF8.GetString(type));
        }

        return entry.Text;
    }

    private static int IndexOf(ReadOnlySpan<byte> type)
        => ((type.Length * 31) + (type[0] * 7) + (type[type.Length / 2] * 5) + type[^1]) & (Entries - 1);
}
