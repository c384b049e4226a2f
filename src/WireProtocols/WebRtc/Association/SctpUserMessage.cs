namespace WireProtocols.WebRtc;

/// <summary>A whole user message.</summary>
/// <param name="StreamId">The stream.</param>
/// <param name="PayloadProtocol">The payload protocol identifier.</param>
/// <param name="Payload">The message, which may be kept.</param>
public readonly record struct SctpUserMessage(int StreamId, uint PayloadProtocol, ReadOnlyMemory<byte> Payload);
