using System.IO.Pipelines;

namespace WireProtocols.Http1;

/// <summary>
/// The body of a message that an endpoint sends, whatever its framing: what is
/// written is what the head announced, or the body is cut and seen to be cut.
/// </summary>
/// <remarks><see cref="Complete"/> ends the body. With an exception, or before as many bytes have been written as Content-Length says, the body
/// is cut and the connection ends with it. The pipe beneath is never completed by this writer.</remarks>
public sealed class Http1BodyWriter : PipeWriter
{
    private readonly PipeWriter _output;
    private readonly ChunkedWriter? _chunks;
    private readonly bool _discards;
    private byte[] _discarded = [];
    private long _left;

    internal Http1BodyWriter(PipeWriter output, Http1BodyFraming framing, bool discards)
    {
        _output = output;
        _discards = discards;
        Framing = framing;
        _chunks = framing.Kind == Http1BodyKind.Chunked && !discards ? new ChunkedWriter(output) : null;
        _left = framing.Kind switch
        {
            Http1BodyKind.Length => framing.Length,
            Http1BodyKind.None => 0,
            _ => long.MaxValue,
        };
    }

    /// <summary>How the end of the body is found.</summary>
    public Http1BodyFraming Framing { get; }

    /// <summary>Whether the body has ended, whole or cut.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>Whether it ended before it was whole.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Whether trailer fields can follow the body: only chunks have them.</summary>
    public bool TakesTrailers => _chunks is not null;

    /// <inheritdoc/>
    public override bool CanGetUnflushedBytes => _output.CanGetUnflushedBytes;

    /// <inheritdoc/>
    public override long UnflushedBytes => _chunks?.UnflushedBytes ?? _output.UnflushedBytes;

    /// <summary>Adds a trailer field, to be written when the body is completed (RFC 9112 §7.1.2).</summary>
    /// <exception cref="ArgumentException">The name or the value cannot be sent as a trailer.</exception>
    /// <exception cref="InvalidOperationException">The body is not chunked.</exception>
    public void AddTrailer(string name, string value)
    {
        if (_chunks is null)
        {
            throw new InvalidOperationException("Only a chunked body has trailers (RFC 9112 §7.1.2).");
        }

        _chunks.AddTrailer(name, value);
    }

    /// <inheritdoc/>
    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        ThrowIfCompleted();
        if (!_discards)
        {
            return _chunks?.GetMemory(sizeHint) ?? _output.GetMemory(sizeHint);
        }

        if (_discarded.Length < Math.Max(sizeHint, 1))
        {
            _discarded = new byte[Math.Max(sizeHint, 4096)];
        }

        return _discarded;
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">These are more bytes than the head announced. None of them is sent.</exception>
    public override void Advance(int bytes)
    {
        ThrowIfCompleted();
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes > _left)
        {
            throw new InvalidOperationException("The body is longer than its head announced (RFC 9112 §6.3).");
        }

        _left -= bytes;
        if (_chunks is not null)
        {
            _chunks.Advance(bytes);
        }
        else if (!_discards)
        {
            _output.Advance(bytes);
        }
    }

    /// <inheritdoc/>
    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        => IsCompleted || _chunks is null ? _output.FlushAsync(cancellationToken) : _chunks.FlushAsync(cancellationToken);

    /// <inheritdoc/>
    public override void CancelPendingFlush() => _output.CancelPendingFlush();

    /// <summary>Ends the body: writes the last chunk and the trailers, where it has them. Does not flush.</summary>
    /// <param name="exception">When not null, the body is left cut.</param>
    public override void Complete(Exception? exception = null)
    {
        if (IsCompleted)
        {
            return;
        }

        IsCompleted = true;
        bool isShort = Framing.Kind == Http1BodyKind.Length && _left > 0 && !_discards;
        IsCut = exception is not null || isShort;
        _chunks?.Complete(exception);
    }

    /// <summary>Ends the body as <see cref="Complete"/> does, and flushes.</summary>
    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        Complete(exception);
        await _output.FlushAsync().ConfigureAwait(false);
    }

    private void ThrowIfCompleted()
    {
        if (IsCompleted)
        {
            throw new InvalidOperationException("The body is complete.");
        }
    }
}
