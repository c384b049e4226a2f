namespace WireProtocols.ServerSentEvents;

/// <summary>The state of a client's connection: <c>readyState</c> (HTML §9.2.2).</summary>
public enum EventStreamState
{
    /// <summary>"The connection has not yet been established, or it was closed and the user agent is reconnecting."</summary>
    Connecting = 0,

    /// <summary>"The user agent has an open connection and is dispatching events as it receives them."</summary>
    Open = 1,

    /// <summary>"The connection is not open, and the user agent is not trying to reconnect."</summary>
    Closed = 2,
}

/// <summary>A change of a client's state.</summary>
/// <param name="State">The new state.</param>
/// <param name="Attempt">For <see cref="EventStreamState.Connecting"/>, how many connections in a row have brought nothing.</param>
/// <param name="Delay">For <see cref="EventStreamState.Connecting"/>, how long the client waits before it connects.</param>
/// <param name="Cause">What ended the connection; null where it simply ended, or never was.</param>
public readonly record struct EventStreamStateChange(EventStreamState State, int Attempt, TimeSpan Delay, Exception? Cause);
