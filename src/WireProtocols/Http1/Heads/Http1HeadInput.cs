using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Buffers;

namespace WireProtocols.Http1;

/// <summary>What the readers of requests and of responses share: the bytes of heads from a pipe.</summary>
internal sealed class Http1HeadInput(PipeReader pipe, Http1HeadParser parser) : IDisposable
{
    private readonly PipeInput _input = new(pipe);

    /// <summary>Where the parts of the last head lie.</summary>
    public Http1HeadParser Parser => parser;

    /// <summary>Waits for bytes.</summary>
    /// <returns>False when the input ended and no head was under way.</returns>
    public async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
        => await _input.ReadAsync(cancellationToken).ConfigureAwait(false)
            || (parser.Complete() == OperationStatus.Done ? false : throw CreateException());

    /// <summary>Reads a head from the bytes that are there.</summary>
    /// <returns>False when no whole head is there.</returns>
    public bool TryRead(out ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            OperationStatus status = parser.Decode(_input.Unread, out int consumed, out bytes);
            _input.Advance(consumed);
            if (status == OperationStatus.Done)
            {
                return true;
            }

            if (status == OperationStatus.InvalidData)
            {
                throw CreateException();
            }

            if (!_input.TryMoveToNextSegment())
            {
                return false;
            }
        }
    }

    /// <summary>Gives the bytes after the last head back to the pipe.</summary>
    public void Release() => _input.Release();

    /// <summary>Gives the bytes after the last head back to the pipe, and the scratch to the pool.</summary>
    public void Dispose()
    {
        _input.Release();
        parser.Reset();
    }

    private Http1ProtocolException CreateException() => new(parser.Error, parser.ErrorOffset);
}
