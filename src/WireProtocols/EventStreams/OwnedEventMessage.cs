namespace WireProtocols.EventStreams;

/// <summary>A whole message that may be kept. Its checksum is right.</summary>
public sealed class OwnedEventMessage
{
    internal OwnedEventMessage(long offset, long payloadOffset, IReadOnlyList<OwnedEventHeader> headers, ReadOnlyMemory<byte> payload)
    {
        Offset = offset;
        PayloadOffset = payloadOffset;
        Headers = headers;
        Payload = payload;
    }

    /// <summary>Where it began, in bytes from the start of the input.</summary>
    public long Offset { get; }

    /// <summary>The headers in the order in which they were sent, which is meaningless.</summary>
    public IReadOnlyList<OwnedEventHeader> Headers { get; }

    /// <summary>The payload.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Where the payload began, in bytes from the start of the input.</summary>
    internal long PayloadOffset { get; }

    /// <summary>The value of a header, or null where there is none of that name.</summary>
    public EventHeaderValue? GetHeader(string name)
    {
        foreach (OwnedEventHeader header in Headers)
        {
            if (header.Name == name)
            {
                return header.Value;
            }
        }

        return null;
    }

    /// <summary>The string in a header, or null where there is none of that name, or one of another type.</summary>
    public string? GetString(string name) => GetHeader(name) is { } value && value.TryGetString(out string text) ? text : null;
}
