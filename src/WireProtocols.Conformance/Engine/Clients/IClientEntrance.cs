namespace WireProtocols.Conformance;

/// <summary>Where the client of a case comes in.</summary>
internal interface IClientEntrance
{
    ClientInbox Inbox { get; }

    /// <summary>Waits a moment for what a client that is gone has left on the way.</summary>
    Task DrainAsync(CancellationToken stop);
}
