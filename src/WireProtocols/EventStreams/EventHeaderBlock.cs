namespace WireProtocols.EventStreams;

/// <summary>The headers of a message as one block of bytes (amazon-eventstream §Headers Format).</summary>
public static class EventHeaderBlock
{
    /// <summary>Checks the bytes of headers that stand alone, of what a signature covers for instance.</summary>
    /// <param name="encoded">All of them.</param>
    /// <param name="options">The limits; <see cref="EventMessageOptions.Default"/> where null.</param>
    /// <param name="headers">The headers, slices of <paramref name="encoded"/>.</param>
    /// <param name="error">The rule that is broken, or <see cref="EventMessageProtocolError.None"/>.</param>
    /// <param name="errorIndex">The offending byte.</param>
    public static bool TryDecode(
        ReadOnlySpan<byte> encoded, EventMessageOptions? options, out EventHeaders headers, out EventMessageProtocolError error, out int errorIndex)
    {
        EventHeaderScanner scanner = new(options ?? EventMessageOptions.Default);
        scanner.Begin(encoded.Length);
        bool isRight = scanner.Scan(encoded);
        headers = isRight ? new EventHeaders(encoded) : default;
        (error, errorIndex) = (scanner.Error, scanner.ErrorIndex);
        return isRight;
    }
}
