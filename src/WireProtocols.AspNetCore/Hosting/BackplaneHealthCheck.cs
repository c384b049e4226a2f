using System.Globalization;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WireProtocols.Backplane;

namespace WireProtocols.AspNetCore;

/// <summary>Whether the backplane answers. A server that has lost it goes on with what it has, so it is degraded and not unhealthy.</summary>
/// <param name="node">This server's part in it.</param>
internal sealed class BackplaneHealthCheck(BackplaneNode node) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        => Task.FromResult(
            node.State == BackplaneState.Connected
                ? HealthCheckResult.Healthy()
                : new HealthCheckResult(
                    context.Registration.FailureStatus,
                    string.Create(CultureInfo.InvariantCulture, $"{node.State} since {node.StateSince:u}."),
                    node.LossReason));
}
