namespace WireProtocols.Cli.Traffic;

/// <summary>What the sides of a connection are called in rows.</summary>
internal static class TrafficNames
{
    public static string Of(TrafficSide side) => side == TrafficSide.Client ? "client" : "server";

    /// <returns>Null where the name is none.</returns>
    public static TrafficSide? Find(string? name) => name switch
    {
        "client" => TrafficSide.Client,
        "server" => TrafficSide.Server,
        _ => null,
    };
}
