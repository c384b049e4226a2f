namespace WireProtocols.ServerSentEvents;

/// <summary>What an <see cref="EventStreamElement"/> is.</summary>
public enum EventStreamElementKind
{
    /// <summary>No element.</summary>
    None = 0,

    /// <summary>An event, dispatched by its blank line.</summary>
    Event,

    /// <summary>A comment line, which is a keep-alive as a rule and means nothing.</summary>
    Comment,

    /// <summary>A valid <c>retry</c> field: the reconnection time from here on.</summary>
    Retry,

    /// <summary>An event that broke a limit and was given up (<see cref="EventStreamOptions.SkipOversized"/>).</summary>
    Skipped,
}
