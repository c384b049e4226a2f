using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace WireProtocols.Buffers;

/// <summary>
/// The part that every reader of a pipe shares: it lends a <see cref="PipeReader"/>'s bytes to a decoder, segment by segment, and gives them back
/// to the pipe when the decoder has taken them in.
/// </summary>
internal class PipeInput(PipeReader input)
{
    private SegmentCursor _cursor;
    private bool _lent;
    private bool _ended;

    /// <summary>The bytes of the current segment that have not been consumed. They stay valid until the next <see cref="ReadAsync"/>.</summary>
    public ReadOnlySpan<byte> Unread => _cursor.Unread;

    /// <summary>The memory behind <see cref="Unread"/>.</summary>
    public ReadOnlyMemory<byte> UnreadMemory => _cursor.UnreadMemory;

    /// <summary>Consumes <paramref name="count"/> bytes of <see cref="Unread"/>.</summary>
    public void Advance(int count) => _cursor.Advance(count);

    /// <summary>Goes to the next segment of what has been read. The current one has to be consumed.</summary>
    public bool TryMoveToNextSegment() => _cursor.TryMoveToNextSegment();

    /// <summary>Gives consumed bytes back to the pipe and waits for more.</summary>
    /// <returns>False at the end of the input, when every byte has been consumed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled or <see cref="PipeReader.CancelPendingRead"/> called;
    /// nothing is lost and the next call goes on.</exception>
    public ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        Release();
        if (_ended)
        {
            return new ValueTask<bool>(false);
        }

        ValueTask<ReadResult> pending = input.ReadAsync(cancellationToken);
        if (!pending.IsCompletedSuccessfully)
        {
            return AwaitAsync(pending);
        }

        ReadResult result = pending.Result;
        return result.IsCanceled ? AwaitAsync(new ValueTask<ReadResult>(result)) : new ValueTask<bool>(Accept(result));
    }

    /// <summary>The first half of <see cref="ReadAsync"/>, for a caller that has an await of its own to spare a second one.</summary>
    /// <param name="cancellationToken">Cancels the read.</param>
    /// <param name="pending">The read, for <see cref="EndRead"/>.</param>
    /// <returns>False at the end of the input.</returns>
    public bool TryBeginRead(CancellationToken cancellationToken, out ValueTask<ReadResult> pending)
    {
        Release();
        pending = _ended ? default : input.ReadAsync(cancellationToken);
        return !_ended;
    }

    /// <summary>The second half of <see cref="ReadAsync"/>, with what it throws and returns.</summary>
    public bool EndRead(ReadResult result) => Accept(result);

    /// <summary>Reads once and drops what comes.</summary>
    /// <returns>False at the end of the input.</returns>
    public async ValueTask<bool> DropAsync(CancellationToken cancellationToken)
    {
        bool hasMore = await ReadAsync(cancellationToken).ConfigureAwait(false);
        do
        {
            _cursor.Advance(_cursor.Unread.Length);
        }
        while (_cursor.TryMoveToNextSegment());
        return hasMore;
    }

    /// <summary>Gives the consumed bytes back to the pipe; unconsumed ones stay there for the next reader.</summary>
    public void Release()
    {
        if (_lent)
        {
            _lent = false;
            input.AdvanceTo(_cursor.Position);
            _cursor = default;
        }
    }

    /// <summary>Ends a read that waits, or the next one.</summary>
    public void CancelPendingRead() => input.CancelPendingRead();

    /// <summary>Says that nothing more will be read.</summary>
    public ValueTask CompleteAsync(Exception? reason) => input.CompleteAsync(reason);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // A peer that sends one element at a time makes every read a wait.
    private async ValueTask<bool> AwaitAsync(ValueTask<ReadResult> pending) => Accept(await pending.ConfigureAwait(false));

    private bool Accept(ReadResult result)
    {
        if (result.IsCanceled)
        {
            input.AdvanceTo(result.Buffer.Start);
            throw new OperationCanceledException("The pending read was cancelled.");
        }

        _cursor = new SegmentCursor(result.Buffer);
        _lent = true;
        if (result.IsCompleted && result.Buffer.IsEmpty)
        {
            _ended = true;
            Release();
            return false;
        }

        return true;
    }
}
