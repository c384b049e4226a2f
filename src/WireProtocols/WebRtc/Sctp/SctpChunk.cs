using System.Buffers.Binary;

namespace WireProtocols.WebRtc;

/// <summary>
/// A chunk of a packet, a slice of the bytes that the packet was decoded from. Its fields have been looked at: they are well formed.
/// </summary>
public readonly ref struct SctpChunk
{
    internal const int HeaderSize = 4;

    internal SctpChunk(ReadOnlySpan<byte> bytes, int offset)
    {
        Bytes = bytes;
        Offset = offset;
    }

    /// <summary>The chunk with its header and without its padding.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Where it begins, in bytes from the start of the packet.</summary>
    public int Offset { get; }

    /// <summary>The type.</summary>
    public SctpChunkType Type => (SctpChunkType)Bytes[0];

    /// <summary>The flags; what they mean is the type's.</summary>
    public int Flags => Bytes[1];

    /// <summary>What stands behind the header.</summary>
    public ReadOnlySpan<byte> Value => Bytes[HeaderSize..];

    /// <summary>The T bit of ABORT and SHUTDOWN COMPLETE: the verification tag is that of the packet which is answered.</summary>
    public bool IsTagReflected => (Flags & 1) != 0;

    /// <summary>
    /// The parameters of INIT, INIT ACK, HEARTBEAT, HEARTBEAT ACK and RE-CONFIG, the causes of ABORT and ERROR; none of any other.
    /// </summary>
    public SctpParameterEnumerator Parameters => Type switch
    {
        SctpChunkType.Init or SctpChunkType.InitAck
            => new SctpParameterEnumerator(Value[SctpInit.FieldsSize..], Offset + HeaderSize + SctpInit.FieldsSize),
        SctpChunkType.Heartbeat or SctpChunkType.HeartbeatAck or SctpChunkType.Reconfig or SctpChunkType.Abort or SctpChunkType.Error
            => new SctpParameterEnumerator(Value, Offset + HeaderSize),
        _ => default,
    };

    /// <summary>The fields of DATA.</summary>
    /// <exception cref="InvalidOperationException">The chunk is another.</exception>
    public SctpData AsData() => new(Flags, Of(SctpChunkType.Data));

    /// <summary>The fields of INIT or INIT ACK.</summary>
    /// <exception cref="InvalidOperationException">The chunk is another.</exception>
    public SctpInit AsInit() => SctpInit.Read(Type == SctpChunkType.InitAck ? Value : Of(SctpChunkType.Init));

    /// <summary>The fields of SACK.</summary>
    /// <exception cref="InvalidOperationException">The chunk is another.</exception>
    public SctpSack AsSack() => new(Of(SctpChunkType.Sack));

    /// <summary>The fields of FORWARD-TSN.</summary>
    /// <exception cref="InvalidOperationException">The chunk is another.</exception>
    public SctpForwardTsn AsForwardTsn() => new(Of(SctpChunkType.ForwardTsn));

    /// <summary>The cumulative TSN of SHUTDOWN.</summary>
    /// <exception cref="InvalidOperationException">The chunk is another.</exception>
    public uint AsShutdown() => BinaryPrimitives.ReadUInt32BigEndian(Of(SctpChunkType.Shutdown));

    private ReadOnlySpan<byte> Of(SctpChunkType type)
        => Type == type ? Value : throw new InvalidOperationException($"The chunk is {Type.GetName()} and not {type.GetName()}.");
}
