using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.Buffers;

namespace WireProtocols.EventStreams;

/// <summary>A message that is whole in one segment, the common case: it is one piece, and needs no state.</summary>
internal static class EventMessageWhole
{
    /// <summary>Decodes a message.</summary>
    /// <param name="source">The bytes, from the beginning of a message on.</param>
    /// <param name="offset">The offset of the first of them, from the start of the input.</param>
    /// <param name="options">The limits.</param>
    /// <param name="scanner">Checks the headers.</param>
    /// <param name="length">How many bytes the message has.</param>
    /// <param name="element">The message.</param>
    /// <returns>False where it is not whole, or something is wrong with it, which is found step by step.</returns>
    public static bool TryDecode(
        ReadOnlySpan<byte> source,
        long offset,
        EventMessageOptions options,
        ref EventHeaderScanner scanner,
        out int length,
        out EventMessagePart element)
    {
        length = 0;
        element = default;
        if (EventMessagePrelude.Decode(source, out EventMessagePrelude prelude) != OperationStatus.Done
            || prelude.TotalLength > (uint)source.Length
            || prelude.Judge(options, out _) != EventMessageProtocolError.None)
        {
            return false;
        }

        ReadOnlySpan<byte> message = source[..(int)prelude.TotalLength];
        ReadOnlySpan<byte> headers = message.Slice(EventMessagePrelude.Size, (int)prelude.HeadersLength);
        ReadOnlySpan<byte> before = message[..^EventMessagePrelude.ChecksumSize];
        scanner.Begin(headers.Length);
        if (!scanner.Scan(headers) || Crc32.Compute(before) != BinaryPrimitives.ReadUInt32BigEndian(message[before.Length..]))
        {
            return false;
        }

        const EventPartFlags Whole = EventPartFlags.First | EventPartFlags.Last;
        ReadOnlySpan<byte> payload = before[(EventMessagePrelude.Size + headers.Length)..];
        element = new EventMessagePart(offset, payload.Length, Whole, new EventHeaders(headers), payload);
        length = message.Length;
        return true;
    }
}
