namespace WireProtocols.WebRtc;

/// <summary>Packets that hold nothing but control chunks, as they are queued: the handshake, the end, and answers.</summary>
internal sealed class SctpControl(SctpAssociationOptions options)
{
    private const int MaxQueued = 32;
    private const int HandshakeSize = 2048;

    private readonly SctpPacketWriter _writer = new(Math.Max(options.MaxPacketSize, HandshakeSize));
    private readonly Queue<byte[]> _packets = [];

    public bool TryDequeue(out ReadOnlyMemory<byte> packet)
    {
        bool isThere = _packets.TryDequeue(out byte[]? bytes);
        packet = bytes;
        return isThere;
    }

    public bool HasPackets => _packets.Count > 0;

    public void Clear() => _packets.Clear();

    public void Init(SctpInit init)
    {
        _writer.Begin(options.Port, options.Port, 0);
        _writer.BeginInit(isAck: false, init);
        AddExtensions();
        _writer.EndChunk();
        Enqueue();
    }

    /// <param name="tag">The tag of the peer.</param>
    /// <param name="init">What this end says of itself.</param>
    /// <param name="cookie">The cookie.</param>
    /// <param name="chunk">The INIT that is answered; those of its parameters that nobody knows are reported where they ask for it.</param>
    public void InitAck(uint tag, SctpInit init, byte[] cookie, in SctpChunk chunk)
    {
        _writer.Begin(options.Port, options.Port, tag);
        _writer.BeginInit(isAck: true, init);
        _writer.AddParameter((int)SctpParameterType.StateCookie, cookie);
        AddExtensions();
        foreach (SctpParameter parameter in chunk.Parameters)
        {
            if (parameter.Type.IsKnown())
            {
                continue;
            }

            int size = parameter.Value.Length + (2 * SctpParameter.HeaderSize);
            if (parameter.Type.ReportsWhenUnknown() && SctpParameter.Pad(size) + SctpParameter.HeaderSize <= _writer.Room)
            {
                _writer.AddParameter((int)SctpParameterType.UnrecognizedParameter, Whole(parameter));
            }

            if (!parameter.Type.SkipsWhenUnknown())
            {
                break;
            }
        }

        _writer.EndChunk();
        Enqueue();
    }

    public void Chunk(uint tag, SctpChunkType type, int flags, ReadOnlySpan<byte> value)
    {
        if (value.Length + SctpPacket.HeaderSize + SctpChunk.HeaderSize > Math.Max(options.MaxPacketSize, HandshakeSize) - sizeof(uint))
        {
            return;
        }

        _writer.Begin(options.Port, options.Port, tag);
        _writer.AddChunk(type, flags, value);
        Enqueue();
    }

    public void Cause(uint tag, SctpChunkType type, int flags, SctpCauseCode cause, ReadOnlySpan<byte> value)
    {
        _writer.Begin(options.Port, options.Port, tag);
        _writer.BeginChunk(type, flags);
        if (cause != SctpCauseCode.None)
        {
            _writer.AddParameter((int)cause, value[..Math.Min(value.Length, options.MaxPacketSize / 2)]);
        }

        _writer.EndChunk();
        Enqueue();
    }

    private static byte[] Whole(in SctpParameter parameter)
    {
        int length = parameter.Value.Length + SctpParameter.HeaderSize;
        return
        [
            (byte)(parameter.Number >> 8), (byte)parameter.Number, (byte)(length >> 8), (byte)length, .. parameter.Value,
        ];
    }

    private void AddExtensions()
    {
        _writer.AddParameter((int)SctpParameterType.ForwardTsnSupported, []);
        _writer.AddParameter((int)SctpParameterType.SupportedExtensions, [(byte)SctpChunkType.Reconfig, (byte)SctpChunkType.ForwardTsn]);
    }

    private void Enqueue()
    {
        byte[] packet = _writer.Finish().ToArray();
        if (_packets.Count < MaxQueued)
        {
            _packets.Enqueue(packet);
        }
    }
}
