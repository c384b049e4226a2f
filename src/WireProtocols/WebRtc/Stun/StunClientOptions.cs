namespace WireProtocols.WebRtc;

/// <summary>How often and how long a client asks. Immutable.</summary>
public sealed class StunClientOptions
{
    private static readonly TimeSpan MaxTimeout = TimeSpan.FromMinutes(1);
    private const int MostRequests = 16;

    /// <summary>The defaults of RFC 8489 §6.2.1.</summary>
    public static StunClientOptions Default { get; } = new();

    /// <summary>RTO, the time until the second request, which doubles after each. 500 ms; at most a minute.</summary>
    public TimeSpan RetransmissionTimeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxTimeout);
            field = value;
        }
    } = TimeSpan.FromMilliseconds(500);

    /// <summary>Rc, how many requests are sent. 7; at most 16.</summary>
    public int MaxRequests
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MostRequests);
            field = value;
        }
    } = 7;

    /// <summary>Rm, how many times RTO the client waits behind the last request. 16.</summary>
    public int FinalTimeouts
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 16;

    /// <summary>Whether requests have a FINGERPRINT; then answers have to have one as well. Off.</summary>
    public bool UsesFingerprint { get; init; }

    /// <summary>The value of SOFTWARE, fewer than 128 characters; null to say nothing.</summary>
    public string? Software { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
