namespace WireProtocols.Testing;

/// <summary>What a decoder says depends on how its input was cut, or it left bytes behind.</summary>
public sealed class SegmentationException(string message) : Exception(message);
