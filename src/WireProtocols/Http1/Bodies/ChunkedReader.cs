using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.Http1;

/// <summary>
/// Reads a chunked body (RFC 9112 §7.1) with the boundaries of its chunks visible. Whoever only wants the payload takes
/// <see cref="ChunkedPipeReader"/>.
/// </summary>
/// <remarks>
/// The reader stops behind the final empty line: what follows stays in the pipe, for whoever reads the next message. It does not complete
/// the pipe.
/// </remarks>
public sealed class ChunkedReader : IDisposable
{
    private readonly PipeInput _input;
    private readonly ChunkedDecoder _decoder;

    /// <summary>Creates a reader of one body.</summary>
    /// <param name="pipe">The pipe, at the first byte after the header section.</param>
    /// <param name="options">Limits and leniencies; <see cref="ChunkedOptions.Default"/> when null.</param>
    public ChunkedReader(PipeReader pipe, ChunkedOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        _input = new PipeInput(pipe);
        _decoder = new ChunkedDecoder(options);
    }

    /// <summary>Whether the whole body has been read.</summary>
    public bool IsCompleted => _decoder.IsCompleted;

    /// <summary>How many bytes of the pipe the body has taken so far, framing included.</summary>
    public long Position => _decoder.Position;

    /// <summary>How many bytes of payload have been read.</summary>
    public long BodyLength => _decoder.BodyLength;

    /// <summary>Waits for an element.</summary>
    /// <returns>False when the body is complete.</returns>
    /// <exception cref="ChunkedProtocolException">The input ended inside the body.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        if (_decoder.IsCompleted)
        {
            return new ValueTask<bool>(false);
        }

        ValueTask<bool> pending = _input.ReadAsync(cancellationToken);
        return pending.IsCompletedSuccessfully ? new ValueTask<bool>(pending.Result || AtEnd()) : AwaitAsync(pending);
    }

    /// <summary>Takes the next element, if it is there.</summary>
    /// <param name="element">Valid until the next call. Never of kind <see cref="ChunkedElementKind.End"/>.</param>
    /// <returns>False when more input is needed or the body is complete.</returns>
    /// <exception cref="ChunkedProtocolException">The body breaks a rule.</exception>
    public bool TryRead(out ChunkedElement element)
    {
        while (!_decoder.IsCompleted)
        {
            OperationStatus status = _decoder.Decode(_input.Unread, out int consumed, out element);
            _input.Advance(consumed);
            if (status == OperationStatus.Done)
            {
                if (element.Kind != ChunkedElementKind.End)
                {
                    return true;
                }
            }
            else if (status == OperationStatus.InvalidData)
            {
                throw new ChunkedProtocolException(_decoder.Error, _decoder.ErrorOffset);
            }
            else if (!_input.TryMoveToNextSegment())
            {
                return false;
            }
        }

        // What follows the body belongs to the next message: it goes back into the pipe.
        _input.Release();
        element = default;
        return false;
    }

    /// <summary>Reads the body to its end, copying each element.</summary>
    /// <exception cref="ChunkedProtocolException">The body breaks a rule, or ends too early.</exception>
    public async IAsyncEnumerable<OwnedChunkedElement> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryReadItem() is { } item)
            {
                yield return item;
            }
        }
    }

    /// <summary>Gives unread bytes back to the pipe.</summary>
    public void Dispose()
    {
        _input.Release();
        _decoder.Dispose();
    }

    private OwnedChunkedElement? TryReadItem() => TryRead(out ChunkedElement element) ? new OwnedChunkedElement(element) : null;

    private async ValueTask<bool> AwaitAsync(ValueTask<bool> pending) => await pending.ConfigureAwait(false) || AtEnd();

    private bool AtEnd()
        => _decoder.Complete() == OperationStatus.Done
            ? false
            : throw new ChunkedProtocolException(_decoder.Error, _decoder.ErrorOffset);
}
