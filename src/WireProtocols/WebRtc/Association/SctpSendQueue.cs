namespace WireProtocols.WebRtc;

/// <summary>Messages that have not been given to fragments, or not to their end. They go out in the order in which they came.</summary>
internal sealed class SctpSendQueue
{
    private readonly LinkedList<SctpOutboundMessage> _messages = [];

    /// <summary>The message whose turn it is; null where none waits.</summary>
    public SctpOutboundMessage? First => _messages.First?.Value;

    /// <summary>How many bytes wait.</summary>
    public int Bytes { get; private set; }

    /// <summary>Adds a message.</summary>
    public void Add(SctpOutboundMessage message)
    {
        Bytes += message.Payload.Length;
        message.Place = _messages.AddLast(message);
    }

    /// <summary>So many bytes of the first message have been given to a fragment.</summary>
    public void Take(int length)
    {
        SctpOutboundMessage message = First!;
        message.Sent += length;
        Bytes -= length;
        if (message.Sent == message.Payload.Length)
        {
            Remove(message);
        }
    }

    /// <summary>What is left of a message waits no longer.</summary>
    public void Remove(SctpOutboundMessage message)
    {
        Bytes -= message.Payload.Length - message.Sent;
        _messages.Remove(message.Place!);
        message.Place = null;
    }
}
