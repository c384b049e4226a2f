using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace WireProtocols.AspNetCore;

/// <summary>
/// The switch that takes a server out of rotation before it stops. Once it is on, the readiness check fails, so that the balancer sends nobody any
/// more, and new connections and streams are answered with 503 and a Retry-After that is spread over a window: those who are sent away come back
/// one by one.
/// </summary>
public sealed class WireDrain : IHealthCheck
{
    private volatile bool _isDraining;

    /// <summary>Whether it is on.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>How long those who are sent away are asked to stay away at most; at least a second. The default is 30 s.</summary>
    public TimeSpan Window
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.FromSeconds(1));
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>Turns it on: the server is about to stop.</summary>
    public void Begin() => _isDraining = true;

    /// <summary>Turns it off again: the server stays.</summary>
    public void End() => _isDraining = false;

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Task.FromResult(IsDraining ? HealthCheckResult.Unhealthy("The server drains.") : HealthCheckResult.Healthy());
    }

    /// <summary>Seconds, another number for everybody (RFC 9110 §10.2.3).</summary>
    internal int NextRetryAfter() => Random.Shared.Next(1, (int)Window.TotalSeconds + 1);
}
