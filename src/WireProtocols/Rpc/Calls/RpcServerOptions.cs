namespace WireProtocols.Rpc;

/// <summary>How a server answers calls. Immutable.</summary>
public sealed class RpcServerOptions
{
    /// <summary>The defaults.</summary>
    public static RpcServerOptions Default { get; } = new();

    /// <summary>The codecs that the handlers understand: <c>proto</c> and <c>json</c>.</summary>
    public IReadOnlyList<string> Codecs { get; init; } = ["proto", "json"];

    /// <summary>The encodings of messages that are understood; those of the platform.</summary>
    public IReadOnlyList<RpcEncoding> Encodings { get; init; } = RpcEncoding.All;

    /// <summary>
    /// Lets unary methods of Connect be called with GET, where anybody's page can call them and caches keep what they answer: only for methods that
    /// "have no side effects" (connect-protocol §Unary-Get-Request). Off.
    /// </summary>
    public bool AllowGet { get; init; }

    /// <summary>The longest message of a request in bytes, compressed and not. 4 MiB.</summary>
    public int MaxMessageLength
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }
    = RpcEnvelopeOptions.Default.MaxMessageLength;

    /// <summary>Messages of at least so many bytes are compressed, where the client takes an encoding. 1 KiB.</summary>
    public int CompressionThreshold
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }
    = 1024;

    /// <summary>The longest time that a call may take, whatever the client wishes. No limit.</summary>
    public TimeSpan MaxTimeout
    {
        get;
        init
        {
            if (value != Timeout.InfiniteTimeSpan)
            {
                ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            }

            field = value;
        }
    }
    = Timeout.InfiniteTimeSpan;

    /// <summary>The clock of deadlines.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
