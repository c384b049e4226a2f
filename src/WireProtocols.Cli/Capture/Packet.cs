namespace WireProtocols.Cli.Capture;

/// <summary>A packet of a capture.</summary>
/// <param name="LinkType">What its first header is, by the registry of link types.</param>
/// <param name="Time">When it was captured.</param>
/// <param name="Bytes">Its bytes, as many as were captured; valid until the next packet.</param>
internal readonly record struct Packet(int LinkType, DateTimeOffset Time, ReadOnlyMemory<byte> Bytes);
