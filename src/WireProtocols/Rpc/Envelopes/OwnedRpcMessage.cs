namespace WireProtocols.Rpc;

/// <summary>A whole message that may be kept, decompressed.</summary>
public sealed class OwnedRpcMessage
{
    internal OwnedRpcMessage(long offset, bool wasCompressed, ReadOnlyMemory<byte> payload)
    {
        Offset = offset;
        WasCompressed = wasCompressed;
        Payload = payload;
    }

    /// <summary>Where its envelope began, in bytes from the start of the input.</summary>
    public long Offset { get; }

    /// <summary>Whether it was sent compressed.</summary>
    public bool WasCompressed { get; }

    /// <summary>The message.</summary>
    public ReadOnlyMemory<byte> Payload { get; }
}
