using System.Buffers;
using System.Text;
using WireProtocols.Backplane;

namespace WireProtocols.ServerSentEvents;

/// <summary>What a client has missed, as far as it has been read.</summary>
internal sealed class EventStreamMissed(BackplanePosition last)
{
    private readonly List<ReadOnlyMemory<byte>> _encoded = [];
    private long _bytes;

    public IReadOnlyList<ReadOnlyMemory<byte>> Encoded => _encoded;

    /// <summary>The last event of the client, or of what was read.</summary>
    public BackplanePosition LastEvent { get; private set; } = last;

    /// <summary>Up to where all is read.</summary>
    public BackplanePosition Head { get; private set; } = last;

    /// <summary>Whether the log had no more.</summary>
    public bool IsRead { get; private set; }

    /// <returns>False where it is more than is kept for a client.</returns>
    public bool TryAdd(BackplaneHistory page, EventStreamBroadcasterOptions options)
    {
        ArrayBufferWriter<byte> output = new();
        foreach (BackplaneMessage message in page.Messages)
        {
            LastEvent = Head = message.Position;
            output.ResetWrittenCount();
            if (TryEncode(message, output))
            {
                _encoded.Add(output.WrittenSpan.ToArray());
                _bytes += output.WrittenCount;
            }
        }

        IsRead = page.Messages.Count == 0;
        Head = IsRead ? page.Head : Head;
        return _encoded.Count <= options.MaxReplayEvents && _bytes <= options.MaxReplayBytes;
    }

    /// <returns>False where the message is no event; those who were there did not get it either.</returns>
    private static bool TryEncode(BackplaneMessage message, ArrayBufferWriter<byte> output)
    {
        if (!EventStreamTopicEvent.TryDecode(message.Payload.Span, out ReadOnlySpan<byte> data, out ReadOnlySpan<byte> type))
        {
            return false;
        }

        try
        {
            EventStreamEncoder.WriteEvent(output, data, type, Encoding.UTF8.GetBytes(message.Position.ToString()));
            return true;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
