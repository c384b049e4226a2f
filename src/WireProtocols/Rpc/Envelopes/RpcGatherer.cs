using WireProtocols.Buffers;

namespace WireProtocols.Rpc;

/// <summary>Puts the pieces of messages together and decompresses them. The decoder has held each to its limit before.</summary>
internal struct RpcGatherer(RpcEnvelopeOptions options)
{
    private PooledBuffer _payload;
    private long _offset = -1;

    /// <summary>What the end of the stream said, once it has been there.</summary>
    public RpcEnd? End { get; private set; }

    /// <returns>The message that the piece completes, or null.</returns>
    /// <exception cref="RpcProtocolException">The message cannot be decompressed within the limit, or the end of stream breaks a rule.</exception>
    /// <exception cref="InvalidOperationException">Somebody else has read pieces of the message.</exception>
    public OwnedRpcMessage? Add(in RpcMessagePart part)
    {
        if (part.IsFirst && part.IsLast && !part.IsCompressed && !part.IsEnd)
        {
            return new OwnedRpcMessage(part.Offset, false, part.Payload.ToArray());
        }

        if (part.IsFirst)
        {
            _payload.Clear();
            _offset = part.Offset;
        }

        _payload.Append(part.Payload);
        if (part.Offset != _offset || (part.IsLast && _payload.Length != part.Length))
        {
            throw new InvalidOperationException("The beginning of this message has been read in pieces; so has the rest to be.");
        }

        if (!part.IsLast)
        {
            return null;
        }

        byte[] payload = TakePayload(part);
        if (!part.IsEnd)
        {
            return new OwnedRpcMessage(part.Offset, part.IsCompressed, payload);
        }

        End = ReadEnd(payload, part.Offset + RpcEnvelopeHeader.Size, part.IsCompressed);
        return null;
    }

    public void Release() => _payload.Release();

    private byte[] TakePayload(in RpcMessagePart part)
    {
        byte[]? payload = _payload.Length == 0 || !part.IsCompressed ? _payload.Written.ToArray() : Decompress(part);
        _payload.Release();
        return payload ?? throw new RpcProtocolException(part.IsEnd ? RpcProtocolError.EndTooLarge : RpcProtocolError.MessageTooLarge, part.Offset);
    }

    private readonly byte[]? Decompress(in RpcMessagePart part)
    {
        try
        {
            return options.Encoding!.Decompress(_payload.WrittenMemory, part.IsEnd ? options.MaxEndLength : options.MaxMessageLength);
        }
        catch (InvalidDataException exception)
        {
            throw new RpcProtocolException(RpcProtocolError.DecompressionFailed, part.Offset, exception);
        }
    }

    private readonly RpcEnd ReadEnd(byte[] payload, long offset, bool wasCompressed)
    {
        RpcProtocolError error;
        int index;
        bool isGood = options.Protocol == RpcProtocol.GrpcWeb
            ? GrpcWebTrailers.TryDecode(payload, options.AllowLenientTrailers, out RpcEnd? end, out error, out index)
            : ConnectJson.TryReadEnd(payload, out end, out error, out index);
        return isGood ? end! : throw new RpcProtocolException(error, wasCompressed ? offset : offset + index);
    }
}
