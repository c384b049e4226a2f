using WireProtocols.Buffers;

namespace WireProtocols.EventStreams;

/// <summary>Puts the pieces of messages together. The decoder has held each to its limits before.</summary>
internal struct EventMessageGatherer
{
    private OwnedEventHeader[]? _headers;
    private PooledBuffer _payload;
    private long _offset;
    private long _payloadOffset;

    /// <returns>The message that the piece completes, or null.</returns>
    /// <exception cref="InvalidOperationException">Somebody else has read pieces of the message.</exception>
    public OwnedEventMessage? Add(in EventMessagePart part)
    {
        if (part.IsFirst)
        {
            _headers = part.Headers.ToArray();
            _offset = part.Offset;
            _payloadOffset = part.Offset + EventMessagePrelude.Size + part.Headers.Encoded.Length;
            _payload.Clear();
        }

        if (part.IsFirst && part.IsLast)
        {
            return new OwnedEventMessage(_offset, _payloadOffset, _headers!, part.Payload.ToArray());
        }

        _payload.Append(part.Payload);
        if (_headers is null || part.Offset != _offset || (part.IsLast && _payload.Length != part.PayloadLength))
        {
            throw new InvalidOperationException("The beginning of this message has been read in pieces; so has the rest to be.");
        }

        if (!part.IsLast)
        {
            return null;
        }

        OwnedEventMessage message = new(_offset, _payloadOffset, _headers, _payload.Written.ToArray());
        Release();
        return message;
    }

    public void Release()
    {
        _headers = null;
        _payload.Release();
    }
}
