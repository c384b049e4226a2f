namespace WireProtocols.WebTransport;

/// <summary>What the other end of a QUIC connection did.</summary>
public enum QuicEventKind
{
    /// <summary>It sent bytes on a stream, or finished one.</summary>
    Stream,

    /// <summary>It sent a datagram.</summary>
    Datagram,

    /// <summary>It reset its side of a stream.</summary>
    Reset,

    /// <summary>It does not read a stream any more.</summary>
    StopSending,

    /// <summary>It closed the connection, or the connection was lost. Nothing comes after it.</summary>
    Close,

    /// <summary>It has taken enough of what waited on a stream: there is room again (<see cref="IQuicOutput.GetRoom"/>).</summary>
    Writable,
}

/// <summary>Why a QUIC connection ended.</summary>
public enum QuicCloseCause
{
    /// <summary>The other end's application closed it, with a code of its own.</summary>
    Application,

    /// <summary>Nothing came for the idle timeout (RFC 9000 §10.1).</summary>
    IdleTimeout,

    /// <summary>The other end does not answer any more, or cannot be reached.</summary>
    Lost,

    /// <summary>One of the QUIC stacks gave it up with a transport error (RFC 9000 §20.1).</summary>
    TransportError,

    /// <summary>This side gave it up: the other end did more than was read (<see cref="QuicCarrierOptions.MaxWaitingEvents"/>).</summary>
    Overload,

    /// <summary>This side gave it up: something failed in it that must not.</summary>
    Failure,
}

/// <summary>Something that an <see cref="IQuicCarrier"/> received.</summary>
public readonly record struct QuicEvent
{
    /// <summary>What it is.</summary>
    public required QuicEventKind Kind { get; init; }

    /// <summary>The QUIC stream id, where there is a stream.</summary>
    public long StreamId { get; init; }

    /// <summary>Bytes of a stream, or the payload of a datagram; valid until the next event is read.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>True where the stream ends with <see cref="Data"/>.</summary>
    public bool EndStream { get; init; }

    /// <summary>The code of a reset, a stop or a close; H3_INTERNAL_ERROR where a connection ended without one of an application.</summary>
    public long ErrorCode { get; init; }

    /// <summary>Why the connection ended, where it did.</summary>
    public QuicCloseCause Cause { get; init; }

    /// <summary>The final size in bytes of a stream that was reset, or null where the stack does not tell.</summary>
    public long? FinalSize { get; init; }

    /// <summary>The reason of a close, or null.</summary>
    public string? Reason { get; init; }
}
