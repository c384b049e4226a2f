namespace WireProtocols.Backplane;

/// <summary>What happens to a message that is published while the backplane is lost.</summary>
public enum BackplaneLossPolicy
{
    /// <summary>It waits, and is received everywhere when the backplane is back, in one order for all: for what clients resume by position.</summary>
    Hold = 0,

    /// <summary>It is received on this node at once, without a position, and on the others when the backplane is back: there, it may come behind
    /// what was published later. For what needs no common order, such as a chat.</summary>
    DeliverLocally,
}
