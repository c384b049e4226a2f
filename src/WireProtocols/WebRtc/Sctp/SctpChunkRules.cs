namespace WireProtocols.WebRtc;

/// <summary>What the fields of each type of chunk have to be (RFC 9260 §3.3). Other chunks are bytes.</summary>
internal static class SctpChunkRules
{
    private const int ForwardFieldsSize = 4;

    /// <summary>Looks at a chunk.</summary>
    /// <param name="chunk">A chunk that is there as far as its length says.</param>
    /// <param name="errorOffset">The offending byte, from the start of the packet.</param>
    public static SctpProtocolError Check(in SctpChunk chunk, out int errorOffset)
    {
        ReadOnlySpan<byte> value = chunk.Value;
        int start = chunk.Offset + SctpChunk.HeaderSize;

        // Lengths are wrong where they stand.
        errorOffset = chunk.Offset + sizeof(ushort);
        switch (chunk.Type)
        {
            case SctpChunkType.Data:
                return value.Length < SctpData.FieldsSize ? SctpProtocolError.ChunkLengthWrong
                    : value.Length == SctpData.FieldsSize ? SctpProtocolError.DataEmpty
                    : SctpProtocolError.None;
            case SctpChunkType.Init or SctpChunkType.InitAck:
                return value.Length < SctpInit.FieldsSize ? SctpProtocolError.ChunkLengthWrong : CheckInit(chunk, start, out errorOffset);
            case SctpChunkType.Sack:
                return CheckSack(value, start, ref errorOffset);
            case SctpChunkType.Heartbeat or SctpChunkType.HeartbeatAck or SctpChunkType.Abort or SctpChunkType.Error or SctpChunkType.Reconfig:
                return chunk.Parameters.AreWhole(out errorOffset) ? SctpProtocolError.None : SctpProtocolError.ParameterTruncated;
            case SctpChunkType.Shutdown:
                return Length(value.Length == sizeof(uint));
            case SctpChunkType.ShutdownAck or SctpChunkType.CookieAck or SctpChunkType.ShutdownComplete:
                return Length(value.IsEmpty);
            case SctpChunkType.ForwardTsn:
                return Length(value.Length >= ForwardFieldsSize && value.Length % SctpForwardTsn.EntrySize == 0);
            default:
                return SctpProtocolError.None;
        }
    }

    private static SctpProtocolError Length(bool isRight) => isRight ? SctpProtocolError.None : SctpProtocolError.ChunkLengthWrong;

    private static SctpProtocolError CheckInit(in SctpChunk chunk, int start, out int errorOffset)
    {
        SctpInit init = chunk.AsInit();
        errorOffset = start;
        if (init.InitiateTag == 0)
        {
            return SctpProtocolError.InitiateTagZero;
        }

        errorOffset = start + SctpInit.WindowOffset;
        if (init.Window < SctpInit.MinWindow)
        {
            return SctpProtocolError.WindowTooSmall;
        }

        errorOffset = start + SctpInit.StreamsOffset + (init.OutboundStreams == 0 ? 0 : sizeof(ushort));
        if (init.OutboundStreams == 0 || init.InboundStreams == 0)
        {
            return SctpProtocolError.NoStreams;
        }

        if (!chunk.Parameters.AreWhole(out errorOffset))
        {
            return SctpProtocolError.ParameterTruncated;
        }

        bool needsCookie = chunk.Type == SctpChunkType.InitAck;
        foreach (SctpParameter parameter in chunk.Parameters)
        {
            needsCookie &= parameter.Type != SctpParameterType.StateCookie;
            if (parameter.Type == SctpParameterType.HostNameAddress)
            {
                errorOffset = parameter.Offset;
                return SctpProtocolError.HostName;
            }
        }

        errorOffset = needsCookie ? chunk.Offset + chunk.Bytes.Length : 0;
        return needsCookie ? SctpProtocolError.CookieMissing : SctpProtocolError.None;
    }

    private static SctpProtocolError CheckSack(ReadOnlySpan<byte> value, int start, ref int errorOffset)
    {
        if (value.Length < SctpSack.FieldsSize)
        {
            return SctpProtocolError.ChunkLengthWrong;
        }

        SctpSack sack = new(value);
        if (value.Length != SctpSack.FieldsSize + ((sack.GapCount + sack.DuplicateCount) * SctpSack.EntrySize))
        {
            return SctpProtocolError.ChunkLengthWrong;
        }

        for (int i = 0; i < sack.GapCount; i++)
        {
            SctpGap gap = sack.GetGap(i);
            if (gap.Start == 0 || gap.End < gap.Start)
            {
                errorOffset = start + SctpSack.FieldsSize + (i * SctpSack.EntrySize) + (gap.Start == 0 ? 0 : sizeof(ushort));
                return SctpProtocolError.GapReversed;
            }
        }

        return SctpProtocolError.None;
    }
}
