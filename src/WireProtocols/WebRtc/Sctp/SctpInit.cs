using System.Buffers.Binary;

namespace WireProtocols.WebRtc;

/// <summary>INIT or INIT ACK without its parameters (RFC 9260 §3.3.2).</summary>
/// <param name="InitiateTag">The verification tag of every packet to the sender.</param>
/// <param name="Window">How many bytes the sender has room for.</param>
/// <param name="OutboundStreams">How many streams the sender wants to send on.</param>
/// <param name="InboundStreams">How many streams the sender lets the receiver send on.</param>
/// <param name="InitialTsn">The first transmission sequence number.</param>
public readonly record struct SctpInit(uint InitiateTag, uint Window, ushort OutboundStreams, ushort InboundStreams, uint InitialTsn)
{
    internal const int FieldsSize = 16;
    internal const int WindowOffset = 4;
    internal const int StreamsOffset = 8;
    internal const int MinWindow = 1500;

    internal static SctpInit Read(ReadOnlySpan<byte> value) => new(
        BinaryPrimitives.ReadUInt32BigEndian(value),
        BinaryPrimitives.ReadUInt32BigEndian(value[WindowOffset..]),
        BinaryPrimitives.ReadUInt16BigEndian(value[StreamsOffset..]),
        BinaryPrimitives.ReadUInt16BigEndian(value[(StreamsOffset + sizeof(ushort))..]),
        BinaryPrimitives.ReadUInt32BigEndian(value[(StreamsOffset + sizeof(uint))..]));

    internal void Write(Span<byte> value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(value, InitiateTag);
        BinaryPrimitives.WriteUInt32BigEndian(value[WindowOffset..], Window);
        BinaryPrimitives.WriteUInt16BigEndian(value[StreamsOffset..], OutboundStreams);
        BinaryPrimitives.WriteUInt16BigEndian(value[(StreamsOffset + sizeof(ushort))..], InboundStreams);
        BinaryPrimitives.WriteUInt32BigEndian(value[(StreamsOffset + sizeof(uint))..], InitialTsn);
    }
}
