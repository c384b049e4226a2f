namespace WireProtocols.Backplane;

/// <summary>A record in the log of a topic.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Previous">Where the record before it stood: the same epoch, and sequence 0 where there was none. Who has heard that one has missed
/// nothing. A log that does not know it any more says 0.</param>
/// <param name="Record">What was appended, byte for byte. Nobody changes it any more.</param>
public readonly record struct BackplaneEntry(BackplanePosition Position, BackplanePosition Previous, ReadOnlyMemory<byte> Record);
