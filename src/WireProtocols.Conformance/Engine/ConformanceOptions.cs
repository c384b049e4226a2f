using System.IO.Pipelines;
using WireProtocols.WebTransport;

namespace WireProtocols.Conformance;

/// <summary>How a run is made.</summary>
public sealed record ConformanceOptions
{
    /// <summary>How long an answer may take. The default is ten seconds; what comes too late is asked for again, alone, with twice the
    /// time.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How many cases are played at the same time. The default is 4.</summary>
    public int Jobs { get; init; } = 4;

    /// <summary>What masking keys, nonces and splits are made from. The default is 1.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The most connections that one case opens. The default is 8.</summary>
    public int MaxConnections { get; init; } = 8;

    /// <summary>The most bytes that one case sends, and that it reads. The default is 256 MiB.</summary>
    public long MaxBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>The most time of one case. The default is a minute.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How a WebTransport server is reached: opens a QUIC connection to the host and port of a URL. Null where there is no way.
    /// The token ends the opening, after <see cref="Timeout"/> at the latest; what is opened later is disposed of.</summary>
    public Func<Uri, CancellationToken, ValueTask<IQuicCarrier>>? OpenCarrier { get; init; }

    /// <summary>How a server in the same process is reached: opens a connection to it, in memory. Null for TCP, and TLS where the scheme says
    /// so.</summary>
    public Func<Uri, CancellationToken, ValueTask<IDuplexPipe>>? OpenConnection { get; init; }

    /// <summary>For the rest, where much came too late.</summary>
    internal ConformanceOptions Hasty() => this with { Timeout = Timeout / 16 };

    /// <summary>For what came too late: twice the time.</summary>
    internal ConformanceOptions Patient() => this with { Timeout = 2 * Timeout };
}
