using WireProtocols.Http1;

namespace WireProtocols.Cli.Traffic;

/// <summary>What is shown of the traffic of a connection.</summary>
internal sealed record TrafficSettings
{
    private const int LongHead = 1024 * 1024;

    /// <summary>Shows what compressed WebSocket messages say besides their frames.</summary>
    public bool Inflates { get; init; } = true;

    /// <summary>Shows bytes of bodies as they come, and not only when enough for a row are there: for connections that are under way.</summary>
    public bool IsLive { get; init; }

    /// <summary>Shows nothing after a violation; otherwise the bytes after it are shown as they are.</summary>
    public bool StopsAtViolation { get; init; }

    /// <summary>Whether somebody else takes note of the bytes for the line under a violation.</summary>
    public bool IsRemembered { get; init; }

    /// <summary>Limits and leniencies of heads. Where traffic of others is shown, what browsers and proxies send is let pass.</summary>
    public Http1Options Heads { get; init; } = new()
    {
        MaxHeadLength = LongHead,
        MaxStartLineLength = LongHead,
        MaxFieldLineLength = LongHead,
        MaxFieldCount = LongHead,
        AllowUnescapedTarget = true,
        AllowOtherTransferCodings = true,
    };

    /// <summary>The option that raises the limits of <see cref="Heads"/>; null where there is none.</summary>
    public string? RaisesHead { get; init; }
}
