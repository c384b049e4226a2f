using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace WireProtocols.WebRtc;

/// <summary>A message of the Data Channel Establishment Protocol (RFC 8832 §5), a slice of the bytes that it was decoded from.</summary>
public readonly ref struct DcepMessage
{
    /// <summary>The size of the fields of an OPEN before its label, in bytes.</summary>
    public const int OpenHeaderSize = 12;

    private const byte AckType = 2;
    private const byte OpenType = 3;
    private const int PriorityOffset = 2;
    private const int ParameterOffset = 4;
    private const int LabelLengthOffset = 8;
    private const int ProtocolLengthOffset = 10;

    private DcepMessage(
        DataChannelType channelType, int priority, uint reliabilityParameter, ReadOnlySpan<byte> label, ReadOnlySpan<byte> protocol)
    {
        IsOpen = true;
        ChannelType = channelType;
        Priority = priority;
        ReliabilityParameter = reliabilityParameter;
        Label = label;
        Protocol = protocol;
    }

    /// <summary>True for DATA_CHANNEL_OPEN, false for DATA_CHANNEL_ACK, which has no fields.</summary>
    public bool IsOpen { get; }

    /// <summary>The type of the channel.</summary>
    public DataChannelType ChannelType { get; }

    /// <summary>The priority, 0 to 65535: 128 below normal, 256 normal, 512 high, 1024 extra high (RFC 8831 §6.4).</summary>
    public int Priority { get; }

    /// <summary>How many retransmissions, or how many milliseconds; 0 where the channel is reliable, where it "MUST be ignored".</summary>
    public uint ReliabilityParameter { get; }

    /// <summary>The label, UTF-8.</summary>
    public ReadOnlySpan<byte> Label { get; }

    /// <summary>The subprotocol, UTF-8; empty where it is not specified.</summary>
    public ReadOnlySpan<byte> Protocol { get; }

    /// <summary>DATA_CHANNEL_ACK.</summary>
    public static ReadOnlySpan<byte> Ack => [AckType];

    /// <summary>Decodes a user message with the identifier <see cref="DataChannelPayload.Dcep"/>.</summary>
    /// <param name="source">The whole user message.</param>
    /// <param name="message">The message.</param>
    /// <param name="error">What rule was broken.</param>
    /// <param name="errorOffset">The offending byte.</param>
    /// <returns><see cref="OperationStatus.Done"/> or <see cref="OperationStatus.InvalidData"/>.</returns>
    public static OperationStatus Decode(ReadOnlySpan<byte> source, out DcepMessage message, out DcepProtocolError error, out int errorOffset)
    {
        message = default;
        error = DcepProtocolError.UnexpectedEnd;
        errorOffset = source.Length;
        if (source.IsEmpty)
        {
            return OperationStatus.InvalidData;
        }

        if (source[0] == AckType)
        {
            error = source.Length == 1 ? DcepProtocolError.None : DcepProtocolError.TrailingBytes;
            errorOffset = source.Length == 1 ? 0 : 1;
            return source.Length == 1 ? OperationStatus.Done : OperationStatus.InvalidData;
        }

        if (source[0] != OpenType)
        {
            error = DcepProtocolError.UnknownMessageType;
            errorOffset = 0;
            return OperationStatus.InvalidData;
        }

        return DecodeOpen(source, out message, out error, out errorOffset);
    }

    /// <summary>The size of an OPEN in bytes.</summary>
    /// <param name="label">The label, UTF-8.</param>
    /// <param name="protocol">The subprotocol, UTF-8.</param>
    public static int GetOpenSize(ReadOnlySpan<byte> label, ReadOnlySpan<byte> protocol) => OpenHeaderSize + label.Length + protocol.Length;

    /// <summary>Encodes an OPEN.</summary>
    /// <param name="channelType">The type of the channel.</param>
    /// <param name="priority">0 to 65535.</param>
    /// <param name="reliabilityParameter">How many retransmissions, or how many milliseconds; 0 where the channel is reliable.</param>
    /// <param name="label">UTF-8, at most 65535 bytes.</param>
    /// <param name="protocol">UTF-8, at most 65535 bytes.</param>
    /// <param name="destination">Where the bytes go.</param>
    /// <param name="bytesWritten">The size, or 0.</param>
    /// <returns><see cref="OperationStatus.Done"/>, or <see cref="OperationStatus.DestinationTooSmall"/> with nothing written.</returns>
    /// <exception cref="ArgumentException">A field is none of what it has to be.</exception>
    public static OperationStatus EncodeOpen(
        DataChannelType channelType,
        int priority,
        uint reliabilityParameter,
        ReadOnlySpan<byte> label,
        ReadOnlySpan<byte> protocol,
        Span<byte> destination,
        out int bytesWritten)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(priority);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(priority, ushort.MaxValue);
        if (!channelType.IsKnown() || (channelType.IsReliable() && reliabilityParameter != 0))
        {
            throw new ArgumentException("A channel is of one of six types, and a reliable one has no parameter.", nameof(channelType));
        }

        if (label.Length > ushort.MaxValue || protocol.Length > ushort.MaxValue || !Utf8.IsValid(label) || !Utf8.IsValid(protocol))
        {
            throw new ArgumentException("Label and protocol are UTF-8 of at most 65535 bytes each.", nameof(label));
        }

        bytesWritten = 0;
        if (destination.Length < GetOpenSize(label, protocol))
        {
            return OperationStatus.DestinationTooSmall;
        }

        destination[0] = OpenType;
        destination[1] = (byte)channelType;
        BinaryPrimitives.WriteUInt16BigEndian(destination[PriorityOffset..], (ushort)priority);
        BinaryPrimitives.WriteUInt32BigEndian(destination[ParameterOffset..], reliabilityParameter);
        BinaryPrimitives.WriteUInt16BigEndian(destination[LabelLengthOffset..], (ushort)label.Length);
        BinaryPrimitives.WriteUInt16BigEndian(destination[ProtocolLengthOffset..], (ushort)protocol.Length);
        label.CopyTo(destination[OpenHeaderSize..]);
        protocol.CopyTo(destination[(OpenHeaderSize + label.Length)..]);
        bytesWritten = GetOpenSize(label, protocol);
        return OperationStatus.Done;
    }

    private static OperationStatus DecodeOpen(ReadOnlySpan<byte> source, out DcepMessage message, out DcepProtocolError error, out int errorOffset)
    {
        message = default;
        error = DcepProtocolError.UnexpectedEnd;
        errorOffset = source.Length;
        if (source.Length > 1 && !((DataChannelType)source[1]).IsKnown())
        {
            error = DcepProtocolError.UnknownChannelType;
            errorOffset = 1;
            return OperationStatus.InvalidData;
        }

        if (source.Length < OpenHeaderSize)
        {
            return OperationStatus.InvalidData;
        }

        int labelLength = BinaryPrimitives.ReadUInt16BigEndian(source[LabelLengthOffset..]);
        int end = OpenHeaderSize + labelLength + BinaryPrimitives.ReadUInt16BigEndian(source[ProtocolLengthOffset..]);
        if (end > source.Length)
        {
            return OperationStatus.InvalidData;
        }

        ReadOnlySpan<byte> label = source.Slice(OpenHeaderSize, labelLength);
        ReadOnlySpan<byte> protocol = source[(OpenHeaderSize + labelLength)..end];
        if (!Utf8.IsValid(label) || !Utf8.IsValid(protocol))
        {
            bool isLabel = !Utf8.IsValid(label);
            error = isLabel ? DcepProtocolError.LabelNotUtf8 : DcepProtocolError.ProtocolNotUtf8;
            errorOffset = isLabel ? OpenHeaderSize + FirstBad(label) : OpenHeaderSize + labelLength + FirstBad(protocol);
            return OperationStatus.InvalidData;
        }

        if (end < source.Length)
        {
            error = DcepProtocolError.TrailingBytes;
            errorOffset = end;
            return OperationStatus.InvalidData;
        }

        DataChannelType type = (DataChannelType)source[1];
        uint parameter = type.IsReliable() ? 0 : BinaryPrimitives.ReadUInt32BigEndian(source[ParameterOffset..]);
        message = new DcepMessage(type, BinaryPrimitives.ReadUInt16BigEndian(source[PriorityOffset..]), parameter, label, protocol);
        error = DcepProtocolError.None;
        errorOffset = 0;
        return OperationStatus.Done;
    }

    private static int FirstBad(ReadOnlySpan<byte> text)
    {
        int index = 0;
        while (Rune.DecodeFromUtf8(text[index..], out _, out int length) == OperationStatus.Done)
        {
            index += length;
        }

        return index;
    }
}
