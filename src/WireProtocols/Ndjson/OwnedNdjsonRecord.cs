namespace WireProtocols.Ndjson;

/// <summary>One record that may be kept: what <see cref="NdjsonRecord.ToOwned"/> makes.</summary>
/// <param name="Number">The number of the line, empty lines counted, or of the record of a sequence; from 1.</param>
/// <param name="Offset">The offset of its first byte, from the start of the input.</param>
/// <param name="Data">The JSON text, without its line end or separator.</param>
/// <param name="Error">The rule that the record breaks, with <see cref="NdjsonOptions.ContinueOnError"/>.</param>
/// <param name="ErrorOffset">The offset of the offending byte, from the start of the input.</param>
public sealed record OwnedNdjsonRecord(long Number, long Offset, ReadOnlyMemory<byte> Data, NdjsonProtocolError Error, long ErrorOffset);
