using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace WireProtocols.Http1;

/// <summary>
/// The body of a message, whatever its framing, as a <see cref="PipeReader"/> of its own, so that a custom server or client reads any body
/// from a head. What follows the body stays in the pipe beneath; completing this reader does not complete that pipe.
/// </summary>
/// <example><code>
/// using Http1BodyReader body = new(connection.Input, Http1BodyFraming.OfRequest(head));
/// </code></example>
public sealed class Http1BodyReader : PipeReader, IDisposable
{
    private readonly PipeReader _input;
    private readonly ChunkedPipeReader? _chunked;
    private ReadOnlySequence<byte> _lent;
    private bool _wholeRestIsLent;
    private bool _sawEnd;
    private long _left;
    private long _examined;
    private bool _completed;

    /// <summary>Creates a reader of one body.</summary>
    /// <param name="input">The pipe, at the first byte after the head.</param>
    /// <param name="framing">Where the body ends; of a tunnel, there is none.</param>
    /// <param name="options">Limits and leniencies of a chunked body; <see cref="ChunkedOptions.Default"/> when null. Of a body with a known
    /// length, the caller sees <see cref="Http1BodyFraming.Length"/> before the first byte is read.</param>
    public Http1BodyReader(PipeReader input, Http1BodyFraming framing, ChunkedOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        _input = input;
        Framing = framing;
        _chunked = framing.Kind == Http1BodyKind.Chunked ? new ChunkedPipeReader(input, options) : null;
        _left = framing.Kind == Http1BodyKind.UntilClose ? long.MaxValue : framing.Length;
    }

    /// <summary>How the end of the body is found.</summary>
    public Http1BodyFraming Framing { get; }

    /// <summary>Whether the whole body has been taken from the pipe beneath, trailers included; what comes next there is another message's.</summary>
    public bool IsBodyCompleted => Framing.Kind switch
    {
        Http1BodyKind.Chunked => _chunked!.IsBodyCompleted,
        Http1BodyKind.UntilClose => _sawEnd,
        _ => _left == 0,
    };

    /// <summary>The trailer fields of a chunked body that has been read to its end. Never merge them into the header.</summary>
    public IReadOnlyList<TrailerField> Trailers => _chunked?.Trailers ?? [];

    /// <inheritdoc/>
    /// <exception cref="ChunkedProtocolException">A chunked body breaks a rule, or ends too early.</exception>
    /// <exception cref="Http1IncompleteBodyException">The input ended before the length that was announced.</exception>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        if (_chunked is not null)
        {
            return _chunked.ReadAsync(cancellationToken);
        }

        if (_left == 0)
        {
            return new ValueTask<ReadResult>(End);
        }

        ValueTask<ReadResult> pending = _input.ReadAsync(cancellationToken);
        return pending.IsCompletedSuccessfully ? new ValueTask<ReadResult>(Accept(pending.Result)) : AwaitAsync(pending);
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        if (_chunked is not null)
        {
            return _chunked.TryRead(out result);
        }

        if (_left == 0)
        {
            result = End;
            return true;
        }

        bool read = _input.TryRead(out result);
        if (read)
        {
            result = Accept(result);
        }

        return read;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_chunked is not null)
        {
            _chunked.AdvanceTo(consumed, examined);
            return;
        }

        if (_left == 0)
        {
            return;
        }

        if (Framing.Kind == Http1BodyKind.Length)
        {
            _left -= _lent.Slice(_lent.Start, consumed).Length;
            _examined = examined.Equals(_lent.End) ? _lent.Slice(consumed).Length : -1;
        }

        // With the rest of the body there, nothing more is waited for, however much was examined.
        _input.AdvanceTo(consumed, _wholeRestIsLent ? consumed : examined);
        _lent = default;
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => _input.CancelPendingRead();

    /// <summary>Reads the rest of the body and drops it, so that the next message can be read.</summary>
    /// <param name="limit">How many bytes of payload to drop at most.</param>
    /// <param name="cancellationToken">Ends the wait for more input.</param>
    /// <returns>False when there was more; then the connection is only good for closing.</returns>
    /// <exception cref="WireProtocolException">The body breaks a rule, or ends too early.</exception>
    public async ValueTask<bool> DrainAsync(long limit, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ReadResult result = await ReadAsync(cancellationToken).ConfigureAwait(false);
            limit -= result.Buffer.Length;
            AdvanceTo(result.Buffer.End);
            if (result.IsCompleted || limit < 0 || result.IsCanceled)
            {
                return result.IsCompleted && limit >= 0;
            }
        }
    }

    /// <summary>Ends the reading; bytes of the body that were not read stay in the pipe beneath. That pipe is not completed.</summary>
    /// <param name="exception">Ignored.</param>
    public override void Complete(Exception? exception = null)
    {
        _completed = true;
        _chunked?.Complete(exception);
    }

    /// <summary>The same as <see cref="Complete"/>.</summary>
    public void Dispose() => Complete();

    private static ReadResult End => new(ReadOnlySequence<byte>.Empty, isCanceled: false, isCompleted: true);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // A body that comes in small pieces makes every read a wait.
    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> pending) => Accept(await pending.ConfigureAwait(false));

    private ReadResult Accept(ReadResult result)
    {
        _wholeRestIsLent = Framing.Kind == Http1BodyKind.Length && result.Buffer.Length >= _left;
        _lent = _wholeRestIsLent ? result.Buffer.Slice(0, _left) : result.Buffer;
        if (Framing.Kind == Http1BodyKind.UntilClose)
        {
            _sawEnd = result.IsCompleted;
            return result;
        }

        if (result.IsCompleted && !_wholeRestIsLent && _lent.Length <= _examined)
        {
            _input.AdvanceTo(result.Buffer.Start);
            throw new Http1IncompleteBodyException(Framing.Length - _left + _lent.Length);
        }

        return new ReadResult(_lent, result.IsCanceled, _wholeRestIsLent);
    }
}
