using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>How the value of a capsule type is laid out.</summary>
internal enum CapsuleLayout : byte
{
    /// <summary>Bytes without a meaning here.</summary>
    Unknown,

    /// <summary>Bytes of the application: DATAGRAM.</summary>
    Payload,

    /// <summary>Zeros.</summary>
    Padding,

    /// <summary>A stream id, then bytes of the application: WT_STREAM.</summary>
    Stream,

    /// <summary>A 32-bit code, then text: WT_CLOSE_SESSION.</summary>
    Close,

    /// <summary>Nothing but variable-length integers, possibly none.</summary>
    Integers,
}

/// <summary>One of the integers of a capsule.</summary>
internal enum CapsuleField : byte
{
    None,
    StreamId,
    Maximum,
    StreamCount,
    ApplicationCode,
    ReliableSize,
}

/// <summary>The table of the capsule types: for each its layout and the integers it holds, in order.</summary>
internal readonly record struct CapsuleShape(
    CapsuleLayout Layout, CapsuleField First = CapsuleField.None, CapsuleField Second = CapsuleField.None, CapsuleField Third = CapsuleField.None)
{
    /// <summary>The most bytes that the integers of a capsule take.</summary>
    public const int MaxIntegersSize = 3 * QuicVarInt.MaxLength;

    private static readonly CapsuleShape Maximum = new(CapsuleLayout.Integers, CapsuleField.Maximum);
    private static readonly CapsuleShape StreamMaximum = new(CapsuleLayout.Integers, CapsuleField.StreamId, CapsuleField.Maximum);
    private static readonly CapsuleShape StreamCount = new(CapsuleLayout.Integers, CapsuleField.StreamCount);
    private static readonly CapsuleShape StreamCode = new(CapsuleLayout.Integers, CapsuleField.StreamId, CapsuleField.ApplicationCode);
    private static readonly CapsuleShape StreamCodeSize = StreamCode with { Third = CapsuleField.ReliableSize };

    public static CapsuleShape Get(long type, WebTransportDialect dialect, CapsuleGroups groups)
    {
        (CapsuleGroups group, CapsuleShape shape) = type switch
        {
            CapsuleType.Datagram => (CapsuleGroups.Datagram, new(CapsuleLayout.Payload)),
            CapsuleType.DatagramLegacy or CapsuleType.DatagramWithoutContextLegacy when dialect == WebTransportDialect.Draft02
                => (CapsuleGroups.Datagram, new(CapsuleLayout.Payload)),
            CapsuleType.CloseSession => (CapsuleGroups.Session, new(CapsuleLayout.Close)),
            CapsuleType.DrainSession => (CapsuleGroups.Session, new(CapsuleLayout.Integers)),
            CapsuleType.Padding => (CapsuleGroups.Streams, new(CapsuleLayout.Padding)),
            CapsuleType.ResetStream => (CapsuleGroups.Streams, dialect.HasReliableSize() ? StreamCodeSize : StreamCode),
            CapsuleType.StopSending => (CapsuleGroups.Streams, StreamCode),
            CapsuleType.Stream3B or CapsuleType.Stream3C => (CapsuleGroups.Streams, new(CapsuleLayout.Stream)),
            CapsuleType.MaxData or CapsuleType.DataBlocked => (CapsuleGroups.FlowControl, Maximum),
            CapsuleType.MaxStreamData or CapsuleType.StreamDataBlocked => (CapsuleGroups.StreamFlowControl, StreamMaximum),
            CapsuleType.MaxStreamsBidi or CapsuleType.MaxStreamsUni or CapsuleType.StreamsBlockedBidi or CapsuleType.StreamsBlockedUni
                => (CapsuleGroups.FlowControl, StreamCount),
            _ => (CapsuleGroups.None, default),
        };
        return (groups & group) != 0 ? shape : default;
    }

    private CapsuleField this[int index] => index switch { 0 => First, 1 => Second, 2 => Third, _ => CapsuleField.None };

    /// <summary>Parses the integers from what has arrived of the value.</summary>
    /// <param name="arrived">The first bytes of the value, at most one more than the integers take.</param>
    /// <param name="length">The length of the whole value, as the header says.</param>
    /// <param name="values">The integers.</param>
    /// <param name="error">The rule that is broken.</param>
    /// <param name="errorIndex">The index in the value of the offending byte, or -1 where it is the length itself that is wrong.</param>
    public OperationStatus Parse(
        ReadOnlySpan<byte> arrived, long length, out CapsuleIntegers values, out WebTransportProtocolError error, out int errorIndex)
    {
        values = default;
        error = WebTransportProtocolError.None;
        errorIndex = 0;
        int at = 0;
        for (int i = 0; this[i] != CapsuleField.None; i++)
        {
            if (at == length)
            {
                error = WebTransportProtocolError.CapsuleFieldTruncated;
                errorIndex = -1;
                return OperationStatus.InvalidData;
            }

            if (at == arrived.Length)
            {
                return OperationStatus.NeedMoreData;
            }

            errorIndex = at;
            if (at + QuicVarInt.GetLength(arrived[at]) > length)
            {
                error = WebTransportProtocolError.CapsuleFieldTruncated;
                return OperationStatus.InvalidData;
            }

            if (QuicVarInt.Decode(arrived[at..], out long value, out int consumed) != OperationStatus.Done)
            {
                return OperationStatus.NeedMoreData;
            }

            error = values.Set(this[i], value);
            if (error != WebTransportProtocolError.None)
            {
                return OperationStatus.InvalidData;
            }

            at += consumed;
        }

        if (at == length)
        {
            return OperationStatus.Done;
        }

        // "A Capsule payload that contains additional bytes after the identified fields": the first of them is the offending byte.
        if (at == arrived.Length)
        {
            return OperationStatus.NeedMoreData;
        }

        error = WebTransportProtocolError.CapsuleTrailingBytes;
        errorIndex = at;
        return OperationStatus.InvalidData;
    }
}

/// <summary>The integers of a capsule; a capsule has one of each kind at most.</summary>
internal struct CapsuleIntegers
{
    /// <summary>The largest count of streams: "This value cannot exceed 2^60" (draft-ietf-webtrans-http3 §5.6.2).</summary>
    public const long MaxStreamCount = 1L << 60;

    public long StreamId;

    /// <summary>A limit or the application's error code.</summary>
    public long Value;

    public long ReliableSize;

    public WebTransportProtocolError Set(CapsuleField field, long value)
    {
        switch (field)
        {
            case CapsuleField.StreamId:
                StreamId = value;
                return WebTransportProtocolError.None;
            case CapsuleField.ReliableSize:
                ReliableSize = value;
                return WebTransportProtocolError.None;
            case CapsuleField.StreamCount when value > MaxStreamCount:
                return WebTransportProtocolError.StreamCountTooLarge;
            case CapsuleField.ApplicationCode when value > uint.MaxValue:
                return WebTransportProtocolError.ApplicationErrorCodeTooLarge;
            default:
                Value = value;
                return WebTransportProtocolError.None;
        }
    }
}
