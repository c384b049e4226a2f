namespace WireProtocols.WebTransport;

/// <summary>A whole capsule that may be kept.</summary>
public sealed class OwnedCapsule
{
    private readonly CapsuleIntegers _integers;

    internal OwnedCapsule(in CapsulePart first, byte[] payload)
    {
        Type = first.Type;
        IsKnown = first.IsKnown;
        IsFin = first.IsFin;
        StreamId = first.StreamId;
        _integers.Value = first.Maximum;
        ReliableSize = first.ReliableSize;
        Payload = payload;
    }

    /// <summary>The type; see <see cref="CapsuleType"/>.</summary>
    public long Type { get; }

    /// <summary>True for a type that is known.</summary>
    public bool IsKnown { get; }

    /// <summary>The value; of a WT_STREAM what follows the stream id.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>True for a WT_STREAM that finishes its stream.</summary>
    public bool IsFin { get; }

    /// <summary>The stream id, for types that have one.</summary>
    public long StreamId { get; }

    /// <summary>The limit of WT_MAX_…, or where a WT_…_BLOCKED says that it blocks.</summary>
    public long Maximum => _integers.Value;

    /// <summary>The application error code of WT_CLOSE_SESSION, WT_RESET_STREAM and WT_STOP_SENDING.</summary>
    public uint Code => (uint)_integers.Value;

    /// <summary>The reliable size of WT_RESET_STREAM, 0 in dialects without it.</summary>
    public long ReliableSize { get; }

    /// <summary>The message of WT_CLOSE_SESSION.</summary>
    public string Reason => Type == CapsuleType.CloseSession && IsKnown ? System.Text.Encoding.UTF8.GetString(Payload.Span[sizeof(uint)..]) : "";
}
