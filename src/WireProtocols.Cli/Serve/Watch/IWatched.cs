namespace WireProtocols.Cli.Serve.Watch;

/// <summary>What the one who watches can do to a connection.</summary>
internal interface IWatched
{
    /// <summary>Ends the request under way in good order.</summary>
    void EndRequest();

    /// <summary>Drops the connection.</summary>
    void Cut();
}
