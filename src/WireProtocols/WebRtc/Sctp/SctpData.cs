using System.Buffers.Binary;

namespace WireProtocols.WebRtc;

/// <summary>The bits of DATA (RFC 9260 §3.3.1).</summary>
[Flags]
public enum SctpDataBits
{
    /// <summary>No bit.</summary>
    None = 0,

    /// <summary>E: the last fragment of a user message.</summary>
    Ending = 1,

    /// <summary>B: the first fragment of a user message.</summary>
    Beginning = 2,

    /// <summary>U: the user message is not ordered, and its sequence number means nothing.</summary>
    Unordered = 4,

    /// <summary>I: the receiver is asked to answer at once.</summary>
    Immediate = 8,
}

/// <summary>DATA, a slice of the bytes that the packet was decoded from.</summary>
public readonly ref struct SctpData
{
    internal const int FieldsSize = 12;

    internal SctpData(int flags, ReadOnlySpan<byte> value)
    {
        Bits = (SctpDataBits)(flags & 0xF);
        Tsn = BinaryPrimitives.ReadUInt32BigEndian(value);
        StreamId = BinaryPrimitives.ReadUInt16BigEndian(value[4..]);
        SequenceNumber = BinaryPrimitives.ReadUInt16BigEndian(value[6..]);
        PayloadProtocol = BinaryPrimitives.ReadUInt32BigEndian(value[8..]);
        Payload = value[FieldsSize..];
    }

    /// <summary>Which fragment it is, and whether it is ordered.</summary>
    public SctpDataBits Bits { get; }

    /// <summary>The transmission sequence number.</summary>
    public uint Tsn { get; }

    /// <summary>The stream, 0 to 65535.</summary>
    public int StreamId { get; }

    /// <summary>The sequence number of the user message in its stream, 0 to 65535.</summary>
    public int SequenceNumber { get; }

    /// <summary>The payload protocol identifier; of data channels one of <see cref="DataChannelPayload"/>.</summary>
    public uint PayloadProtocol { get; }

    /// <summary>The fragment, at least a byte.</summary>
    public ReadOnlySpan<byte> Payload { get; }
}
