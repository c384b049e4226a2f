namespace WireProtocols.Backplane;

/// <summary>Whether a node can reach the backplane.</summary>
public enum BackplaneState
{
    /// <summary>It has not been reached yet.</summary>
    Connecting = 0,

    /// <summary>It answers.</summary>
    Connected,

    /// <summary>It does not answer. Clients of this node stay, and what was published is made up for when it is back.</summary>
    Lost,
}
