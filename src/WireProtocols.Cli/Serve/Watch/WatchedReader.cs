using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Cli.Serve.Watch;

/// <summary>
/// A reader whose bytes are shown as they arrive, so that a question stands before its answer. Only the bytes of the request that is watched are
/// shown: what came with them belongs to the next one, which others may watch, or nobody.
/// </summary>
internal sealed class WatchedReader(PipeReader inner) : PipeReader
{
    private ReadOnlySequence<byte> _buffer;
    private WatchedConnection? _watched;
    private RequestEnd? _end;
    private long _seen;

    /// <summary>Shows what comes from here on, up to the end of the request; to nobody where nobody watches.</summary>
    public void Watch(WatchedConnection? watched, RequestEnd? end)
    {
        _watched = watched;
        _end = end;
        _seen = 0;
    }

    public override bool TryRead(out ReadResult result)
    {
        bool read = inner.TryRead(out result);
        if (read)
        {
            Show(result);
        }

        return read;
    }

    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        ValueTask<ReadResult> read = inner.ReadAsync(cancellationToken);
        return _watched is null ? read : ShowAsync(read);
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        if (_watched is not null && !_buffer.IsEmpty)
        {
            _seen = Math.Max(0, _seen - _buffer.Slice(0, consumed).Length);
        }

        _buffer = default;
        inner.AdvanceTo(consumed, examined);
    }

    public override void CancelPendingRead() => inner.CancelPendingRead();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private async ValueTask<ReadResult> ShowAsync(ValueTask<ReadResult> read)
    {
        ReadResult result = await read;
        Show(result);
        return result;
    }

    private void Show(ReadResult result)
    {
        if (_watched is null || _end is null)
        {
            return;
        }

        _buffer = result.Buffer;
        ReadOnlySequence<byte> arrived = _buffer.Slice(Math.Min(_seen, _buffer.Length));
        _seen = _buffer.Length;
        long own = _end.Take(arrived);
        if (own > 0)
        {
            _watched.Received(arrived.Slice(0, own));
        }
    }
}
