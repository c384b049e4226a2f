using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace WireProtocols.Buffers;

/// <summary>
/// The loop of every reader: it waits for the pipe, hands the bytes to the decoder segment by segment, and yields elements until the bytes are used
/// up. A reader keeps one of these and adds what is its own: names, documentation, elements that may be kept.
/// </summary>
/// <remarks>
/// For whoever changes this: <see cref="TryRead"/> is the hot path of all protocols. It is compiled once for each decoder because
/// <typeparamref name="TDecoder"/> is a struct, and it derives from <see cref="PipeInput"/> to spare it one indirection.
/// </remarks>
/// <param name="input">The pipe. It is never completed.</param>
/// <param name="decoder">The decoder.</param>
internal sealed class ElementReader<TDecoder, TElement>(PipeReader input, TDecoder decoder) : PipeInput(input)
    where TDecoder : struct, IElementDecoder<TElement>
    where TElement : struct, allows ref struct
{
    private readonly TDecoder _decoder = decoder;
    private bool _isDrained = true;
    private bool _hasEnded;

    /// <summary>Waits until <see cref="TryRead"/> is worth calling.</summary>
    /// <returns>False at a clean end of the input, and when the message has ended by itself.</returns>
    /// <exception cref="WireProtocolException">The input ended inside an element. It comes out of the wait, never out of the call.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled. Nothing is lost, and the next call goes on.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        if (_decoder.IsCompleted)
        {
            return new ValueTask<bool>(false);
        }

        if (!_isDrained)
        {
            return new ValueTask<bool>(true);
        }

        if (!TryBeginRead(cancellationToken, out ValueTask<ReadResult> pending))
        {
            return AwaitAsync(new ValueTask<ReadResult>(default(ReadResult)), hasRead: false);
        }

        if (!pending.IsCompletedSuccessfully)
        {
            return AwaitAsync(pending, hasRead: true);
        }

        ReadResult result = pending.Result;
        if (result.IsCanceled || result.Buffer.IsEmpty)
        {
            return AwaitAsync(new ValueTask<ReadResult>(result), hasRead: true);
        }

        _isDrained = !EndRead(result);
        return new ValueTask<bool>(true);
    }

    /// <summary>Yields the next element of what is buffered.</summary>
    /// <param name="element">The element, valid until the next call.</param>
    /// <returns>False when more has to be waited for, and when the message has ended by itself.</returns>
    /// <exception cref="WireProtocolException">The bytes break a rule. Everything before has been yielded.</exception>
    public bool TryRead(out TElement element)
    {
        while (true)
        {
            OperationStatus status = _decoder.Decode(Unread, out int consumed, out element);
            Advance(consumed);
            if (status == OperationStatus.Done)
            {
                return true;
            }

            if (status == OperationStatus.InvalidData)
            {
                throw _decoder.CreateException();
            }

            if (!TryMoveToNextSegment())
            {
                _isDrained = true;
                return _hasEnded && TryReadLast(out element);
            }
        }
    }

    /// <summary>Gives the bytes that were not consumed back to the pipe: the next wait reads them again.</summary>
    public new void Release()
    {
        base.Release();
        _isDrained = true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // A peer that sends one element at a time makes every read a wait.
    private async ValueTask<bool> AwaitAsync(ValueTask<ReadResult> pending, bool hasRead)
    {
        bool hasBytes = EndRead(await pending.ConfigureAwait(false), hasRead);
        _isDrained = !hasBytes;
        return hasBytes || AtEnd();
    }

    private bool EndRead(ReadResult result, bool hasRead) => hasRead && EndRead(result);

    /// <returns>Whether the end of the input completes one more element.</returns>
    private bool AtEnd()
    {
        _hasEnded = true;
        if (_decoder.HasLast)
        {
            return true;
        }

        return _decoder.Complete() == OperationStatus.Done ? false : throw _decoder.CreateException();
    }

    private bool TryReadLast(out TElement element)
    {
        if (!_decoder.HasLast)
        {
            element = default;
            return false;
        }

        return _decoder.DecodeLast(out element) switch
        {
            OperationStatus.Done => true,
            OperationStatus.InvalidData => throw _decoder.CreateException(),
            _ => false,
        };
    }
}
