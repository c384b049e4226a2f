using System.Buffers.Binary;
using System.Globalization;

namespace WireProtocols.WebRtc;

/// <summary>
/// Writes packets of SCTP, one at a time, into a buffer of its own that is used again. A packet is begun, chunks are added while there is room,
/// and it is finished with its checksum.
/// </summary>
public sealed class SctpPacketWriter
{
    private const int LengthOffset = 2;
    private const int TagOffset = 4;

    private readonly byte[] _buffer;
    private int _length;
    private int _chunk;

    /// <summary>Makes a writer.</summary>
    /// <param name="maxPacketSize">The most bytes that a packet may have, 512 to 65535.</param>
    public SctpPacketWriter(int maxPacketSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxPacketSize, 512);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxPacketSize, ushort.MaxValue);
        _buffer = new byte[maxPacketSize & ~3];
    }

    /// <summary>How many bytes a chunk may have with its header.</summary>
    public int Room => _buffer.Length - _length;

    /// <summary>Whether the packet has a chunk.</summary>
    public bool HasChunks => _length > SctpPacket.HeaderSize;

    /// <summary>Begins a packet.</summary>
    /// <param name="sourcePort">1 to 65535.</param>
    /// <param name="destinationPort">1 to 65535.</param>
    /// <param name="verificationTag">The tag of the receiver; 0 for INIT alone.</param>
    public void Begin(int sourcePort, int destinationPort, uint verificationTag)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(sourcePort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sourcePort, ushort.MaxValue);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(destinationPort);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destinationPort, ushort.MaxValue);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer, (ushort)sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(sizeof(ushort)), (ushort)destinationPort);
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.AsSpan(TagOffset), verificationTag);
        _length = SctpPacket.HeaderSize;
        _chunk = 0;
    }

    /// <summary>Begins a chunk. <see cref="EndChunk"/> ends it.</summary>
    /// <param name="type">The type.</param>
    /// <param name="flags">The flags, 0 to 255.</param>
    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public void BeginChunk(SctpChunkType type, int flags = 0)
    {
        Span<byte> header = Append(SctpChunk.HeaderSize);
        _chunk = _length - SctpChunk.HeaderSize;
        header[0] = (byte)type;
        header[1] = (byte)flags;
    }

    /// <summary>Adds bytes to a chunk.</summary>
    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public void Write(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Append(bytes.Length));

    /// <summary>Adds a number of 32 bits to a chunk.</summary>
    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Append(sizeof(uint)), value);

    /// <summary>Adds a number of 16 bits to a chunk.</summary>
    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Append(sizeof(ushort)), value);

    /// <summary>Adds a parameter or a cause to a chunk.</summary>
    /// <param name="type">The number of its type.</param>
    /// <param name="value">The value without padding.</param>
    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public void AddParameter(int type, ReadOnlySpan<byte> value)
    {
        // The padding of the last parameter "is not included in the Chunk Length", that of the others is.
        int padding = SctpParameter.Pad(_length) - _length;
        Require(padding + SctpParameter.HeaderSize + value.Length);
        Append(padding).Clear();
        Span<byte> parameter = Append(SctpParameter.HeaderSize + value.Length);
        BinaryPrimitives.WriteUInt16BigEndian(parameter, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(parameter[LengthOffset..], (ushort)parameter.Length);
        value.CopyTo(parameter[SctpParameter.HeaderSize..]);
    }

    /// <summary>Ends a chunk: its length and its padding.</summary>
    /// <exception cref="InvalidOperationException">No chunk has been begun.</exception>
    public void EndChunk()
    {
        if (_chunk == 0)
        {
            throw new InvalidOperationException("A chunk is begun before it is ended.");
        }

        BinaryPrimitives.WriteUInt16BigEndian(_buffer.AsSpan(_chunk + LengthOffset), (ushort)(_length - _chunk));
        Append(SctpParameter.Pad(_length) - _length).Clear();
        _chunk = 0;
    }

    /// <summary>Adds a chunk whose value is given.</summary>
    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public void AddChunk(SctpChunkType type, int flags, ReadOnlySpan<byte> value)
    {
        Require(SctpChunk.HeaderSize + value.Length);
        BeginChunk(type, flags);
        Write(value);
        EndChunk();
    }

    /// <summary>Begins INIT or INIT ACK, for parameters to follow; <see cref="EndChunk"/> ends it.</summary>
    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public void BeginInit(bool isAck, SctpInit init)
    {
        Require(SctpChunk.HeaderSize + SctpInit.FieldsSize);
        BeginChunk(isAck ? SctpChunkType.InitAck : SctpChunkType.Init);
        init.Write(Append(SctpInit.FieldsSize));
    }

    /// <summary>Adds DATA.</summary>
    /// <param name="bits">Which fragment it is, and whether it is ordered.</param>
    /// <param name="tsn">The transmission sequence number.</param>
    /// <param name="streamId">The stream.</param>
    /// <param name="sequenceNumber">The sequence number of the user message in its stream.</param>
    /// <param name="payloadProtocol">The payload protocol identifier.</param>
    /// <param name="payload">The fragment, at least a byte.</param>
    /// <exception cref="ArgumentException">There is no payload.</exception>
    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public void AddData(SctpDataBits bits, uint tsn, ushort streamId, ushort sequenceNumber, uint payloadProtocol, ReadOnlySpan<byte> payload)
    {
        if (payload.IsEmpty)
        {
            throw new ArgumentException("DATA has user data.", nameof(payload));
        }

        Require(SctpChunk.HeaderSize + SctpData.FieldsSize + payload.Length);
        BeginChunk(SctpChunkType.Data, (int)bits);
        WriteUInt32(tsn);
        WriteUInt16(streamId);
        WriteUInt16(sequenceNumber);
        WriteUInt32(payloadProtocol);
        Write(payload);
        EndChunk();
    }

    /// <summary>Adds SACK.</summary>
    /// <param name="cumulativeTsn">The last TSN before the first gap.</param>
    /// <param name="window">How many bytes there is room for.</param>
    /// <param name="gaps">What arrived behind gaps, ascending.</param>
    /// <param name="duplicates">What arrived twice.</param>
    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public void AddSack(uint cumulativeTsn, uint window, ReadOnlySpan<SctpGap> gaps, ReadOnlySpan<uint> duplicates)
    {
        Require(SctpChunk.HeaderSize + SctpSack.FieldsSize + ((long)SctpSack.EntrySize * ((long)gaps.Length + duplicates.Length)));
        BeginChunk(SctpChunkType.Sack);
        WriteUInt32(cumulativeTsn);
        WriteUInt32(window);
        WriteUInt16((ushort)gaps.Length);
        WriteUInt16((ushort)duplicates.Length);
        foreach (SctpGap gap in gaps)
        {
            WriteUInt16(gap.Start);
            WriteUInt16(gap.End);
        }

        foreach (uint duplicate in duplicates)
        {
            WriteUInt32(duplicate);
        }

        EndChunk();
    }

    /// <summary>Adds FORWARD-TSN.</summary>
    /// <param name="newCumulativeTsn">The TSN up to which nothing is waited for any more.</param>
    /// <param name="streams">The ordered streams of what is skipped.</param>
    /// <exception cref="InvalidOperationException">There is no room.</exception>
    public void AddForwardTsn(uint newCumulativeTsn, ReadOnlySpan<SctpSkip> streams)
    {
        Require(SctpChunk.HeaderSize + sizeof(uint) + ((long)SctpForwardTsn.EntrySize * streams.Length));
        BeginChunk(SctpChunkType.ForwardTsn);
        WriteUInt32(newCumulativeTsn);
        foreach (SctpSkip stream in streams)
        {
            WriteUInt16(stream.StreamId);
            WriteUInt16(stream.SequenceNumber);
        }

        EndChunk();
    }

    /// <summary>Finishes the packet with its checksum.</summary>
    /// <returns>The packet, valid until the next is begun.</returns>
    public ReadOnlyMemory<byte> Finish()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(SctpChecksum.Offset), SctpChecksum.Compute(_buffer.AsSpan(0, _length)));
        return _buffer.AsMemory(0, _length);
    }

    /// <summary>Looks before anything is written, so that what has no room leaves nothing behind.</summary>
    private void Require(long count)
    {
        if (_length < SctpPacket.HeaderSize || count > Room)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"A packet of {_buffer.Length} bytes has no room for {count} at byte {_length}."));
        }
    }

    private Span<byte> Append(int count)
    {
        Require(count);
        _length += count;
        return _buffer.AsSpan(_length - count, count);
    }
}
