namespace WireProtocols.Cli.Traffic;

/// <summary>Who sent bytes of a connection.</summary>
internal enum TrafficSide
{
    /// <summary>The one that connected.</summary>
    Client,

    /// <summary>The one that was connected to.</summary>
    Server,
}
