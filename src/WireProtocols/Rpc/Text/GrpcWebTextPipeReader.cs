using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Rpc;

/// <summary>
/// Reads the bytes behind the text form of gRPC-Web: a <see cref="PipeReader"/> over the body, for an <see cref="RpcReader"/>. It reads on only
/// when all that it has decoded has been looked at. Completing it completes the pipe below.
/// </summary>
/// <param name="input">The body, in base64.</param>
public sealed class GrpcWebTextPipeReader(PipeReader input) : PipeReader
{
    private readonly PipeReader _input = input ?? throw new ArgumentNullException(nameof(input));
    private readonly GrpcWebTextDecoder _decoder = new();
    private byte[] _decoded = [];
    private int _start;
    private int _end;
    private bool _isExamined = true;
    private bool _isCompleted;
    private bool _hasFailed;

    /// <inheritdoc/>
    /// <exception cref="RpcProtocolException">The text is no base64, or ends inside a group.</exception>
    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        while (_isExamined && !_isCompleted && !_hasFailed)
        {
            ReadResult read = await _input.ReadAsync(cancellationToken).ConfigureAwait(false);
            Take(read);
            if (read.IsCanceled)
            {
                return Result(isCanceled: true);
            }
        }

        ThrowIfFailed();
        return Result(isCanceled: false);
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        while (_isExamined && !_isCompleted && !_hasFailed && _input.TryRead(out ReadResult read))
        {
            Take(read);
            if (read.IsCanceled)
            {
                result = Result(isCanceled: true);
                return true;
            }
        }

        ThrowIfFailed();
        result = Result(isCanceled: false);
        return !_isExamined || _isCompleted;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        _start = consumed.GetObject() is null ? _end : consumed.GetInteger();
        _isExamined = _start == _end || examined.GetInteger() == _end;
        if (_start == _end)
        {
            GiveBack();
        }
    }

    /// <inheritdoc/>
    public override void CancelPendingRead() => _input.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null)
    {
        Release();
        _input.Complete(exception);
    }

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null)
    {
        Release();
        return _input.CompleteAsync(exception);
    }

    /// <summary>Gives the memory back; nothing more is read. The pipe below is not completed.</summary>
    internal void Release()
    {
        GiveBack();
        (_isExamined, _isCompleted) = (true, true);
    }

    private ReadResult Result(bool isCanceled)
        => new(_start == _end ? default : new ReadOnlySequence<byte>(_decoded, _start, _end - _start), isCanceled, _isCompleted);

    private void Take(in ReadResult read)
    {
        int made = 0;
        foreach (ReadOnlyMemory<byte> segment in read.Buffer)
        {
            Reserve(GrpcWebTextDecoder.GetMaxDecodedLength(segment.Length));
            _hasFailed |= _decoder.Decode(segment.Span, _decoded.AsSpan(_end), out _, out int written) == OperationStatus.InvalidData;
            _end += written;
            made += written;
        }

        _input.AdvanceTo(read.Buffer.End);
        if (read.IsCompleted && !_hasFailed)
        {
            _hasFailed = _decoder.Complete() != OperationStatus.Done;
            _isCompleted = !_hasFailed;
        }

        _isExamined = made == 0;
    }

    /// <summary>An error is told when all that came before it has been looked at.</summary>
    private void ThrowIfFailed()
    {
        if (_hasFailed && _isExamined)
        {
            throw new RpcProtocolException(_decoder.Error, _decoder.ErrorOffset);
        }
    }

    private void Reserve(int count)
    {
        int kept = _end - _start;
        if (_decoded.Length - _end >= count)
        {
            return;
        }

        byte[] room = _decoded;
        if (room.Length - kept < count)
        {
            room = ArrayPool<byte>.Shared.Rent(Math.Max(checked(kept + count), (int)Math.Min(2L * kept, Array.MaxLength)));
        }

        _decoded.AsSpan(_start, kept).CopyTo(room);
        if (room != _decoded)
        {
            Return(_decoded);
        }

        (_decoded, _start, _end) = (room, 0, kept);
    }

    private void GiveBack()
    {
        Return(_decoded);
        (_decoded, _start, _end) = ([], 0, 0);
    }

    private static void Return(byte[] array)
    {
        if (array.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(array);
        }
    }
}
