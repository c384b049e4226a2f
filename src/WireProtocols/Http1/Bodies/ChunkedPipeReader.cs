using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.Http1;

/// <summary>
/// The payload of a chunked body (RFC 9112 §7.1) as a <see cref="PipeReader"/> of its own, so that any codec stacks on it. What is read are
/// slices of the pipe beneath; only pieces so small that a slice would cost more than a copy are gathered.
/// </summary>
/// <remarks>
/// <para>The body ends where its final empty line does: what follows stays in the pipe beneath, for whoever reads the next message.
/// Completing this reader does not complete that pipe.</para>
/// <para>Reading throws <see cref="ChunkedProtocolException"/> for a body that breaks a rule, after the payload before the violation was
/// handed out. What a consumer examines and does not consume is copied, once, as it stays buffered.</para>
/// </remarks>
public sealed class ChunkedPipeReader : PipeReader, IDisposable
{
    /// <summary>Up to here, copying a piece costs less than a segment of its own, to us and to whoever reads the sequence.</summary>
    private const int SmallPiece = 256;

    private readonly PipeReader _input;
    private readonly ChunkedDecoder _decoder;
    private readonly PayloadChain _payload = new();
    private List<TrailerField>? _trailers;
    private ChunkedProtocolException? _failure;
    private SequencePosition _inputConsumed;
    private bool _lent;
    private bool _examined = true;
    private bool _completed;

    /// <summary>Creates a reader of one body.</summary>
    /// <param name="input">The pipe, at the first byte after the header section.</param>
    /// <param name="options">Limits and leniencies; <see cref="ChunkedOptions.Default"/> when null.</param>
    public ChunkedPipeReader(PipeReader input, ChunkedOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        _input = input;
        _decoder = new ChunkedDecoder(options);
    }

    /// <summary>Whether the whole body, its trailers included, has been taken in.</summary>
    public bool IsBodyCompleted => _decoder.IsCompleted;

    /// <summary>How many bytes of the pipe beneath the body has taken so far, framing included.</summary>
    public long Position => _decoder.Position;

    /// <summary>The trailer fields, in their order; complete when <see cref="IsBodyCompleted"/> is. Never merge them into the header.</summary>
    public IReadOnlyList<TrailerField> Trailers => _trailers ?? (IReadOnlyList<TrailerField>)[];

    /// <inheritdoc/>
    /// <exception cref="ChunkedProtocolException">The body breaks a rule, or the pipe beneath ended inside it.</exception>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ReadResult answer;
        while (!TryAnswer(out answer))
        {
            ValueTask<ReadResult> pending = _input.ReadAsync(cancellationToken);
            if (!pending.IsCompletedSuccessfully)
            {
                return AwaitAsync(pending, cancellationToken);
            }

            if (Accept(pending.Result, out answer))
            {
                break;
            }
        }

        return new ValueTask<ReadResult>(answer);
    }

    /// <inheritdoc/>
    /// <exception cref="ChunkedProtocolException">The body breaks a rule, or the pipe beneath ended inside it.</exception>
    public override bool TryRead(out ReadResult result)
    {
        while (!TryAnswer(out result))
        {
            if (!_input.TryRead(out ReadResult read))
            {
                return false;
            }

            if (Accept(read, out result))
            {
                return true;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _examined = _payload.IsEnd(examined);
        _payload.Consume(consumed);
        ReleaseInput();
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => _input.CancelPendingRead();

    /// <summary>Ends the reading: buffered payload is dropped. The pipe beneath is not completed.</summary>
    /// <param name="exception">Ignored.</param>
    public override void Complete(Exception? exception = null)
    {
        _completed = true;
        _payload.Clear();
        ReleaseInput();
        _decoder.Dispose();
    }

    /// <summary>The same as <see cref="Complete"/>.</summary>
    public void Dispose() => Complete();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // A peer that sends one chunk at a time makes every read a wait.
    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> pending, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (Accept(await pending.ConfigureAwait(false), out ReadResult answer) || TryAnswer(out answer))
            {
                return answer;
            }

            pending = _input.ReadAsync(cancellationToken);
        }
    }

    /// <summary>Answers from what is there: payload that was not examined, the end of the body, or the violation that comes next.</summary>
    private bool TryAnswer(out ReadResult answer)
    {
        ObjectDisposedException.ThrowIf(_completed, this);
        if (_lent)
        {
            throw new InvalidOperationException("AdvanceTo has to be called before the next read.");
        }

        bool hasUnexamined = !_examined && !_payload.IsEmpty;
        if (!hasUnexamined && _failure is not null)
        {
            throw _failure;
        }

        answer = Answer(canceled: false);
        return hasUnexamined || _decoder.IsCompleted;
    }

    private ReadResult Answer(bool canceled) => new(_payload.ToSequence(), canceled, _decoder.IsCompleted);

    /// <summary>Decodes what the pipe beneath has read.</summary>
    /// <returns>False when that held no payload, and there is more to come.</returns>
    private bool Accept(ReadResult read, out ReadResult answer)
    {
        if (read.IsCanceled)
        {
            _input.AdvanceTo(read.Buffer.Start);
            answer = Answer(canceled: true);
            return true;
        }

        SegmentCursor cursor = new(read.Buffer);
        bool decoded = Decode(ref cursor);
        _inputConsumed = cursor.Position;
        _lent = true;
        if (read.IsCompleted && _failure is null && _decoder.Complete() != OperationStatus.Done)
        {
            _failure = new ChunkedProtocolException(_decoder.Error, _decoder.ErrorOffset);
        }

        answer = Answer(canceled: false);
        if (decoded || _decoder.IsCompleted)
        {
            _examined = false;
            return true;
        }

        ReleaseInput();
        return false;
    }

    /// <returns>Whether there was payload.</returns>
    private bool Decode(ref SegmentCursor cursor)
    {
        bool decoded = false;
        while (!_decoder.IsCompleted)
        {
            ReadOnlySpan<byte> unread = cursor.Unread;
            OperationStatus status = _decoder.Decode(unread, out int consumed, out ChunkedElement element);
            if (status == OperationStatus.Done)
            {
                decoded |= Take(element, unread, cursor.UnreadMemory);
                cursor.Advance(consumed);
                continue;
            }

            cursor.Advance(consumed);
            if (status == OperationStatus.InvalidData)
            {
                _failure = new ChunkedProtocolException(_decoder.Error, _decoder.ErrorOffset);
                return decoded;
            }

            if (!cursor.TryMoveToNextSegment())
            {
                return decoded;
            }
        }

        return decoded;
    }

    /// <returns>Whether there was payload.</returns>
    private bool Take(ChunkedElement element, ReadOnlySpan<byte> unread, ReadOnlyMemory<byte> memory)
    {
        if (element.Kind == ChunkedElementKind.Trailer)
        {
            (_trailers ??= []).Add(new TrailerField(element));
            return false;
        }

        ReadOnlySpan<byte> data = element.Data;
        if (data.IsEmpty)
        {
            return false;
        }

        if (data.Length <= SmallPiece && _payload.EndsOwned)
        {
            _payload.AppendCopy(data);
            return true;
        }

        unread.Overlaps(data, out int start);
        _payload.Append(memory.Slice(start, data.Length));
        return true;
    }

    private void ReleaseInput()
    {
        if (_lent)
        {
            _lent = false;
            _input.AdvanceTo(_inputConsumed);
        }
    }
}
