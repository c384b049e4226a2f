using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using WireProtocols.AspNetCore;
using WireProtocols.Backplane;
using WireProtocols.ServerSentEvents;
using WireProtocols.WebSockets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>What endpoints of an application share, as services.</summary>
public static class WireServiceExtensions
{
    /// <summary>The switch that takes a server out of rotation, and its readiness check by the name "drain".</summary>
    /// <param name="services">The services.</param>
    /// <param name="tags">The check's tags; "ready" where none is given.</param>
    public static IServiceCollection AddWireDrain(this IServiceCollection services, params string[] tags)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(tags);
        if (services.Any(s => s.ServiceType == typeof(WireDrain)))
        {
            return services;
        }

        services.AddSingleton<WireDrain>();
        services.AddHealthChecks().AddCheck<WireDrain>("drain", tags: tags.Length == 0 ? ["ready"] : tags);
        return services;
    }

    /// <summary>This server's part in a backplane (<see cref="BackplaneNode"/>), for the whole application, and a health check by the name
    /// "backplane", which is degraded while the backplane is lost.</summary>
    /// <param name="services">The services.</param>
    /// <param name="backplane">Makes the backplane; it is disposed of with the application.</param>
    /// <param name="options">Bounds and times; the defaults when null.</param>
    /// <param name="tags">The check's tags.</param>
    public static IServiceCollection AddWireBackplane(
        this IServiceCollection services,
        Func<IServiceProvider, IBackplane> backplane,
        BackplaneNodeOptions? options = null,
        params string[] tags)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(backplane);
        ArgumentNullException.ThrowIfNull(tags);
        if (services.Any(s => s.ServiceType == typeof(BackplaneNode)))
        {
            return services;
        }

        services.AddSingleton(provider => new BackplaneNode(backplane(provider), options));
        services.AddHealthChecks().AddCheck<BackplaneHealthCheck>("backplane", HealthStatus.Degraded, tags);
        return services;
    }

    /// <summary>A broadcaster of WebSocket messages for the whole application.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">Its bounds; the defaults when null.</param>
    public static IServiceCollection AddWireWebSocketBroadcaster(this IServiceCollection services, WebSocketBroadcasterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(_ => new WebSocketBroadcaster(options));
        return services;
    }

    /// <summary>A broadcaster of events for the whole application, with a replay for those who come back.</summary>
    /// <param name="services">The services.</param>
    /// <param name="options">Its bounds; the defaults when null.</param>
    public static IServiceCollection AddWireEventStreamBroadcaster(this IServiceCollection services, EventStreamBroadcasterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton(_ => new EventStreamBroadcaster(options));
        return services;
    }
}
