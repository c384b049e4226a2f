using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.Buffers;

namespace WireProtocols.EventStreams;

/// <summary>
/// Writes messages of <c>application/vnd.amazon.eventstream</c> to a <see cref="System.IO.Pipelines.PipeWriter"/> or any
/// <see cref="IBufferWriter{T}"/>. Whatever is passed, the bytes parse back to that, or the call throws before a byte is written. Nothing is flushed.
/// </summary>
public sealed class EventMessageWriter
{
    private readonly IBufferWriter<byte> _output;
    private uint _checksum;
    private int _left;

    /// <summary>Creates a writer.</summary>
    /// <param name="output">Where the bytes go.</param>
    public EventMessageWriter(IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
    }

    /// <summary>Writes a message.</summary>
    /// <param name="headers">Its headers, each name once; at most 1000, of which readers take 100 unless <see cref="EventMessageOptions.MaxHeaders"/>
    /// says otherwise.</param>
    /// <param name="payload">Its payload, at most 24 MiB.</param>
    /// <exception cref="ArgumentException">A name, a value, all headers or the payload are longer than they may be, a name stands twice, or there are
    /// too many.</exception>
    /// <exception cref="InvalidOperationException">A message is unfinished.</exception>
    public void WriteMessage(ReadOnlySpan<OwnedEventHeader> headers, ReadOnlySpan<byte> payload)
    {
        StartMessage(headers, payload.Length);
        if (!payload.IsEmpty)
        {
            WriteData(payload);
        }
    }

    /// <summary>Writes the beginning of a message whose payload follows through <see cref="WriteData"/>.</summary>
    /// <param name="headers">Its headers, each name once; at most 1000, of which readers take 100 unless <see cref="EventMessageOptions.MaxHeaders"/>
    /// says otherwise.</param>
    /// <param name="payloadLength">How many bytes there will be, at most 24 MiB. A message of none is whole at once.</param>
    /// <exception cref="ArgumentException">A name, a value, all headers or the payload are longer than they may be, a name stands twice, or there are
    /// too many.</exception>
    /// <exception cref="InvalidOperationException">A message is unfinished.</exception>
    public void StartMessage(ReadOnlySpan<OwnedEventHeader> headers, int payloadLength)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(payloadLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(payloadLength, EventMessageLimits.PayloadLength);
        if (_left > 0)
        {
            throw new InvalidOperationException("The message that was started is not finished.");
        }

        int headersLength = EventHeaderWriter.Measure(headers);
        int length = EventMessagePrelude.Size + headersLength;
        Span<byte> destination = _output.GetSpan(length)[..length];
        uint total = (uint)(length + payloadLength + EventMessagePrelude.ChecksumSize);
        new EventMessagePrelude(total, (uint)headersLength).Encode(destination, out int written);
        EventHeaderWriter.Write(headers, destination[written..]);
        _checksum = Crc32.Compute(destination);
        _output.Advance(length);
        _left = payloadLength;
        EndIfWhole();
    }

    /// <summary>Writes a piece of the payload of the message that <see cref="StartMessage"/> began. The last piece ends it.</summary>
    /// <exception cref="ArgumentException">It is more than was announced; nothing was written.</exception>
    public void WriteData(ReadOnlySpan<byte> piece)
    {
        if (piece.Length > _left)
        {
            throw new ArgumentException("The payload is longer than was announced.", nameof(piece));
        }

        if (piece.IsEmpty)
        {
            return;
        }

        _output.Write(piece);
        _checksum = Crc32.Append(_checksum, piece);
        _left -= piece.Length;
        EndIfWhole();
    }

    private void EndIfWhole()
    {
        if (_left == 0)
        {
            BinaryPrimitives.WriteUInt32BigEndian(_output.GetSpan(EventMessagePrelude.ChecksumSize), _checksum);
            _output.Advance(EventMessagePrelude.ChecksumSize);
        }
    }
}
