namespace WireProtocols.Backplane;

/// <summary>A message of a topic.</summary>
/// <param name="Position">Where it stands in the log; <see cref="BackplanePosition.None"/> where this node said it while the backplane was lost
/// (<see cref="BackplaneLossPolicy.DeliverLocally"/>).</param>
/// <param name="Payload">What was published. Nobody changes it any more; it may be kept.</param>
public readonly record struct BackplaneMessage(BackplanePosition Position, ReadOnlyMemory<byte> Payload);
