using System.Buffers;

namespace WireProtocols.Http1;

/// <summary>
/// Decodes response heads (RFC 9112) from bytes in any split. A head that lies whole in one source is lent as it lies there; one that arrives in
/// pieces is gathered in pooled scratch. What follows a head is its body: it is for the caller, who gives the bytes after it to the decoder again.
/// Syntax is judged byte by byte; the values of Host, Content-Length and Transfer-Encoding when their line is complete.
/// </summary>
public sealed class Http1ResponseDecoder : IDisposable
{
    private readonly Http1HeadParser _parser;

    /// <summary>Makes a decoder.</summary>
    /// <param name="options">Limits and leniencies; null for the defaults.</param>
    public Http1ResponseDecoder(Http1Options? options = null)
        => _parser = new Http1HeadParser(options ?? Http1Options.Default, isRequest: false);

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant.</summary>
    public Http1ProtocolError Error => _parser.Error;

    /// <summary>The offset of the offending byte from the start of the input, which is what this decoder was given.</summary>
    public long ErrorOffset => _parser.ErrorOffset;

    /// <summary>How many bytes have been consumed.</summary>
    public long Position => _parser.Position;

    /// <summary>Takes in bytes up to the end of a head.</summary>
    /// <param name="source">The bytes that follow those consumed so far.</param>
    /// <param name="bytesConsumed">How many have been taken in; 0 on an error.</param>
    /// <param name="head">The head when the answer is <see cref="OperationStatus.Done"/>; valid until the next call.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> when the whole source was taken in, or
    /// <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out Http1ResponseHead head)
    {
        OperationStatus status = _parser.Decode(source, out bytesConsumed, out ReadOnlySpan<byte> bytes);
        head = status == OperationStatus.Done ? new Http1ResponseHead(bytes, _parser.Slots, _parser.Layout) : default;
        return status;
    }

    /// <summary>The input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/> between heads, <see cref="OperationStatus.InvalidData"/> inside of one.</returns>
    public OperationStatus Complete() => _parser.Complete();

    /// <summary>Forgets everything, the error included; the next byte is at offset 0.</summary>
    public void Reset() => _parser.Reset();

    /// <summary>Gives the scratch back to the pool.</summary>
    public void Dispose() => _parser.Reset();
}
