using System.Buffers;
using System.Buffers.Binary;

namespace WireProtocols.WebRtc;

/// <summary>
/// A packet of SCTP (RFC 9260 §3), a slice of the bytes that it was decoded from. Its chunks have been looked at: they are well formed.
/// </summary>
public readonly ref struct SctpPacket
{
    /// <summary>The size of the common header in bytes.</summary>
    public const int HeaderSize = 12;

    private const int TagOffset = 4;

    private SctpPacket(ReadOnlySpan<byte> bytes) => Bytes = bytes;

    /// <summary>The whole packet.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The port of the sender.</summary>
    public int SourcePort => BinaryPrimitives.ReadUInt16BigEndian(Bytes);

    /// <summary>The port of the receiver.</summary>
    public int DestinationPort => BinaryPrimitives.ReadUInt16BigEndian(Bytes[sizeof(ushort)..]);

    /// <summary>The verification tag.</summary>
    public uint VerificationTag => BinaryPrimitives.ReadUInt32BigEndian(Bytes[TagOffset..]);

    /// <summary>Decodes a packet.</summary>
    /// <param name="source">The whole packet.</param>
    /// <param name="packet">The packet.</param>
    /// <param name="error">What rule was broken.</param>
    /// <param name="errorOffset">The offending byte.</param>
    /// <returns><see cref="OperationStatus.Done"/> or <see cref="OperationStatus.InvalidData"/>.</returns>
    public static OperationStatus Decode(ReadOnlySpan<byte> source, out SctpPacket packet, out SctpProtocolError error, out int errorOffset)
    {
        packet = default;
        error = CheckHeader(source, out errorOffset);
        if (error != SctpProtocolError.None)
        {
            return OperationStatus.InvalidData;
        }

        bool isZeroTag = BinaryPrimitives.ReadUInt32BigEndian(source[TagOffset..]) == 0;
        SctpChunkEnumerator chunks = new(source);
        bool mustBeAlone = false;
        for (int count = 0; chunks.MoveNext(); count++)
        {
            errorOffset = chunks.Offset;
            if (!chunks.FitsIn)
            {
                error = SctpProtocolError.ChunkTruncated;
                return OperationStatus.InvalidData;
            }

            SctpChunk chunk = chunks.Current;
            bool isLoner = chunk.Type is SctpChunkType.Init or SctpChunkType.InitAck or SctpChunkType.ShutdownComplete;
            error = (isLoner && count > 0) || mustBeAlone ? SctpProtocolError.NotAlone
                : isZeroTag != (chunk.Type == SctpChunkType.Init) ? SctpProtocolError.TagMisplaced
                : chunk.Type == SctpChunkType.CookieEcho && count > 0 ? SctpProtocolError.CookieNotFirst
                : SctpChunkRules.Check(chunk, out errorOffset);
            if (error != SctpProtocolError.None)
            {
                return OperationStatus.InvalidData;
            }

            mustBeAlone = isLoner;
        }

        errorOffset = 0;
        packet = new SctpPacket(source);
        return OperationStatus.Done;
    }

    /// <summary>The chunks in order.</summary>
    public SctpChunkEnumerator GetEnumerator() => new(Bytes);

    private static SctpProtocolError CheckHeader(ReadOnlySpan<byte> source, out int errorOffset)
    {
        errorOffset = source.Length;
        if (source.Length < HeaderSize + SctpChunk.HeaderSize)
        {
            return SctpProtocolError.UnexpectedEnd;
        }

        errorOffset = SctpChecksum.Offset;
        if (SctpChecksum.Compute(source) != BinaryPrimitives.ReadUInt32LittleEndian(source[SctpChecksum.Offset..]))
        {
            return SctpProtocolError.ChecksumMismatch;
        }

        bool isSourceZero = BinaryPrimitives.ReadUInt16BigEndian(source) == 0;
        errorOffset = isSourceZero ? 0 : sizeof(ushort);
        return isSourceZero || BinaryPrimitives.ReadUInt16BigEndian(source[sizeof(ushort)..]) == 0
            ? SctpProtocolError.PortZero
            : SctpProtocolError.None;
    }
}
