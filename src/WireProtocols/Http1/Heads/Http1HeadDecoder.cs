using System.Buffers;

namespace WireProtocols.Http1;

/// <summary>
/// Decodes heads (RFC 9112) from bytes in any split: <see cref="Http1RequestDecoder"/> those of requests, <see cref="Http1ResponseDecoder"/> those
/// of responses. A head that lies whole in one source is lent as it lies there; one that arrives in pieces is gathered in pooled scratch.
/// What follows a head is its body: it is for the caller, who gives the bytes after it to the decoder again. Syntax is judged byte by byte; the
/// values of Host, Content-Length and Transfer-Encoding when their line is complete.
/// </summary>
/// <typeparam name="THead">The head that is lent, valid until the next call.</typeparam>
public abstract class Http1HeadDecoder<THead> : IDisposable
    where THead : struct, allows ref struct
{
    private readonly Http1HeadParser _parser;

    private protected Http1HeadDecoder(Http1HeadParser parser) => _parser = parser;

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant.</summary>
    public Http1ProtocolError Error => _parser.Error;

    /// <summary>The offset of the offending byte from the start of the input, which is what this decoder was given.</summary>
    public long ErrorOffset => _parser.ErrorOffset;

    /// <summary>How many bytes have been consumed.</summary>
    public long Position => _parser.Position;

    /// <summary>See <see cref="Http1HeadParser.BeginsAsHead"/>.</summary>
    internal bool BeginsAsHead => _parser.BeginsAsHead;

    /// <summary>Takes in bytes up to the end of a head.</summary>
    /// <param name="source">The bytes that follow those consumed so far.</param>
    /// <param name="bytesConsumed">How many have been taken in; 0 on an error.</param>
    /// <param name="head">The head when the answer is <see cref="OperationStatus.Done"/>; valid until the next call.</param>
    /// <returns><see cref="OperationStatus.Done"/>, <see cref="OperationStatus.NeedMoreData"/> when the whole source was taken in, or
    /// <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out THead head)
    {
        OperationStatus status = _parser.Decode(source, out bytesConsumed, out ReadOnlySpan<byte> bytes);
        head = status == OperationStatus.Done ? CreateHead(bytes, _parser.Slots, _parser.Layout) : default;
        return status;
    }

    /// <summary>The input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/> between heads, <see cref="OperationStatus.InvalidData"/> inside of one.</returns>
    public OperationStatus Complete() => _parser.Complete();

    /// <summary>Forgets everything, the error included; the next byte is at offset 0.</summary>
    public void Reset() => _parser.Reset();

    /// <summary>Gives the scratch back to the pool.</summary>
    public void Dispose()
    {
        _parser.Reset();
        GC.SuppressFinalize(this);
    }

    private protected abstract THead CreateHead(ReadOnlySpan<byte> bytes, ReadOnlySpan<Http1FieldSlot> slots, in Http1HeadLayout layout);
}
