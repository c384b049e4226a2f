using System.Text.Json;
using System.Text.Json.Serialization;

namespace WireProtocols.Cli.Serve;

/// <summary>What there is, as JSON, so that a page asks for nothing that is not there.</summary>
internal sealed class RoutesRoute(Func<Route[]> routes) : Route
{
    public override string Path => "/routes";

    public override IReadOnlyList<string> Methods => ["GET", "HEAD"];

    public override string Description => "this list, as JSON";

    public override ValueTask HandleAsync(ServeRequest request)
    {
        RouteRow[] rows = [.. routes().Select(r => new RouteRow(r.Path, r.Methods, r.Description))];
        byte[] answer = JsonSerializer.SerializeToUtf8Bytes(rows, RouteRowContext.Default.RouteRowArray);
        return request.Exchange.RespondAsync(200, answer, ("Content-Type", "application/json"), ("Cache-Control", "no-store"));
    }
}

/// <summary>A route in the list.</summary>
internal sealed record RouteRow(string Path, IReadOnlyList<string> Methods, string Description);

/// <summary>How the list is written.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RouteRow[]))]
internal sealed partial class RouteRowContext : JsonSerializerContext;
