namespace WireProtocols.Benchmarks.Soak.Resume;

/// <summary>How a connection is brought to its end.</summary>
public enum TroubleKind
{
    /// <summary>The client drops its end.</summary>
    ClientAbort,

    /// <summary>The server drops its end.</summary>
    ServerAbort,

    /// <summary>The server closes with 1001, in good order.</summary>
    CleanClose,

    /// <summary>The network is cut in the middle of a frame, in both directions.</summary>
    CutInMessage,

    /// <summary>The network takes nothing more and says nothing; the client connects anew while the server believes in the old connection.</summary>
    StalledThenTakenOver,
}
