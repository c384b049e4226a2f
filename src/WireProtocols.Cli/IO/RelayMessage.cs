using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.Cli.IO;

/// <summary>What a message between the tool and a carrier says.</summary>
internal enum RelayKind
{
    /// <summary>
    /// From the carrier, once and first: the connection is there; the value is the largest datagram in bytes. The stream id is 1 where the
    /// carrier tells what it has taken, and holds streams that it is asked to.
    /// </summary>
    Open = 0,

    /// <summary>Bytes of a stream.</summary>
    Stream = 1,

    /// <summary>The last bytes of a stream, possibly none.</summary>
    StreamEnd = 2,

    /// <summary>A datagram.</summary>
    Datagram = 3,

    /// <summary>The sender's side of a stream is reset with the value as its code.</summary>
    Reset = 4,

    /// <summary>The sender does not read a stream any more; the value is the code.</summary>
    StopSending = 5,

    /// <summary>The connection is closed with the value as its code and the payload as its reason.</summary>
    Close = 6,

    /// <summary>From the carrier: so many bytes of a stream, the value, have gone into QUIC.</summary>
    Taken = 7,

    /// <summary>To the carrier: read no more of a stream for now.</summary>
    Pause = 8,

    /// <summary>To the carrier: go on reading a stream.</summary>
    Resume = 9,
}

/// <summary>
/// A message between the tool and a carrier: four variable-length integers (RFC 9000 §16), namely kind, stream id, value and length, then so
/// many bytes of payload. One TCP connection carries the messages of one QUIC connection.
/// </summary>
internal readonly record struct RelayMessage(RelayKind Kind, long StreamId, long Value, int Length)
{
    public const int MaxHeaderSize = 4 * QuicVarInt.MaxLength;

    /// <summary>The largest payload in bytes.</summary>
    public const int MaxLength = 1024 * 1024;

    /// <returns>Done with the size of the header, NeedMoreData, or InvalidData for a kind or length that there is not.</returns>
    public static OperationStatus Decode(ReadOnlySpan<byte> source, out RelayMessage message, out int headerSize)
    {
        message = default;
        headerSize = 0;
        Span<long> values = stackalloc long[4];
        int at = 0;
        foreach (ref long value in values)
        {
            if (QuicVarInt.Decode(source[at..], out value, out int size) != OperationStatus.Done)
            {
                return OperationStatus.NeedMoreData;
            }

            at += size;
        }

        if (values[0] > (long)RelayKind.Resume || values[3] > MaxLength)
        {
            return OperationStatus.InvalidData;
        }

        message = new RelayMessage((RelayKind)values[0], values[1], values[2], (int)values[3]);
        headerSize = at;
        return OperationStatus.Done;
    }

    public void WriteTo(IBufferWriter<byte> output, ReadOnlySpan<byte> payload)
    {
        Span<byte> header = output.GetSpan(MaxHeaderSize);
        int size = 0;
        foreach (long value in (ReadOnlySpan<long>)[(long)Kind, StreamId, Value, Length])
        {
            QuicVarInt.Encode(value, header[size..], out int written);
            size += written;
        }

        output.Advance(size);
        output.Write(payload);
    }
}
