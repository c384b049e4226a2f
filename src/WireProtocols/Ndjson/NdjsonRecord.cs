namespace WireProtocols.Ndjson;

/// <summary>
/// One record. Its slice points into the decoder's source, or into its scratch where the record spans two pieces of the input, and is valid
/// until the next call.
/// </summary>
public readonly ref struct NdjsonRecord
{
    internal NdjsonRecord(
        long number, long offset, ReadOnlySpan<byte> data, NdjsonProtocolError error = NdjsonProtocolError.None, long errorOffset = 0)
    {
        Number = number;
        Offset = offset;
        Data = data;
        Error = error;
        ErrorOffset = error == NdjsonProtocolError.None ? 0 : errorOffset;
    }

    /// <summary>The number of the line, empty lines counted, or of the record of a sequence; from 1.</summary>
    public long Number { get; }

    /// <summary>The offset of the first byte of <see cref="Data"/>, from the start of the input.</summary>
    public long Offset { get; }

    /// <summary>The JSON text, without its line end or separator. Of a bad record, what there is of it; empty when it was too long.</summary>
    public ReadOnlySpan<byte> Data { get; }

    /// <summary>The rule that the record breaks, with <see cref="NdjsonOptions.ContinueOnError"/>.</summary>
    public NdjsonProtocolError Error { get; }

    /// <summary>The offset of the offending byte, from the start of the input.</summary>
    public long ErrorOffset { get; }

    /// <summary>Whether the record breaks no rule.</summary>
    public bool IsValid => Error == NdjsonProtocolError.None;

    /// <summary>A copy that may be kept.</summary>
    public OwnedNdjsonRecord ToOwned() => new(Number, Offset, Data.ToArray(), Error, ErrorOffset);
}
