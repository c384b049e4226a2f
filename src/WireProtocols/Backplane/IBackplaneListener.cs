namespace WireProtocols.Backplane;

/// <summary>What a backplane tells a node. Its calls return quickly, and may come from any thread.</summary>
public interface IBackplaneListener
{
    /// <summary>Something was appended to a topic that is subscribed to. Entries may be told twice, out of order, or, where the connection breaks,
    /// not at all: the node looks at their positions, and reads what it lacks from the log.</summary>
    void Received(string topic, in BackplaneEntry entry);

    /// <summary>A node has announced something, this one perhaps.</summary>
    /// <param name="note">What it sent, valid during the call.</param>
    void Announced(ReadOnlySpan<byte> note);

    /// <summary>Something may not have been told: a connection has broken and is back.</summary>
    void Interrupted();
}
