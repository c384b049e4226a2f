namespace WireProtocols.Backplane;

/// <summary>Records of one publisher to be appended to the log of a topic, in their order.</summary>
/// <param name="Publisher">Who; a random number.</param>
/// <param name="FirstNumber">The number of the first record. A publisher numbers what it says to a topic from 1 on, and appends it in that order,
/// so a record whose number is not above the last one that was appended is there already: an attempt before this one had come through.</param>
/// <param name="Records">The records, one or more.</param>
/// <param name="Known">The newest position that the publisher knows of. A log of the same epoch that does not reach it has been set back, and has
/// to begin a new epoch: else positions would be given out twice.</param>
public readonly record struct BackplaneBatch(
    ulong Publisher, long FirstNumber, IReadOnlyList<ReadOnlyMemory<byte>> Records, BackplanePosition Known);
