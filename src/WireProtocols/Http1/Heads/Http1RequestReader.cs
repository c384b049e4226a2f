using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace WireProtocols.Http1;

/// <summary>
/// Reads request heads from a pipe and leaves what follows a head in it. Between a head and the next one the caller reads the body from the same
/// pipe: <see cref="Release"/> gives the pipe the bytes after the head back.
/// </summary>
public sealed class Http1RequestReader : IDisposable
{
    private readonly Http1HeadInput _input;

    /// <summary>Makes a reader. It never completes the pipe.</summary>
    /// <param name="pipe">The bytes.</param>
    /// <param name="options">Limits and leniencies; null for the defaults.</param>
    public Http1RequestReader(PipeReader pipe, Http1Options? options = null)
    {
        ArgumentNullException.ThrowIfNull(pipe);
        _input = new Http1HeadInput(pipe, new Http1HeadParser(options ?? Http1Options.Default, isRequest: true));
    }

    /// <summary>Waits for bytes.</summary>
    /// <returns>False at a clean end: the input ended and no head was under way.</returns>
    /// <exception cref="Http1ProtocolException">The input ended inside a head.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the reader goes on where it was.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _input.WaitToReadAsync(cancellationToken);

    /// <summary>Reads a head from the bytes that are there.</summary>
    /// <param name="head">The head, valid until the next call of anything on this reader.</param>
    /// <returns>False when no whole head is there: wait then.</returns>
    /// <exception cref="Http1ProtocolException">The bytes break a rule.</exception>
    public bool TryRead(out Http1RequestHead head)
    {
        bool isThere = _input.TryRead(out ReadOnlySpan<byte> bytes);
        head = isThere ? new Http1RequestHead(bytes, _input.Parser.Slots, _input.Parser.Layout) : default;
        return isThere;
    }

    /// <summary>Reads one head, copies it and gives the bytes after it back to the pipe.</summary>
    /// <returns>The head, or null at a clean end.</returns>
    /// <exception cref="Http1ProtocolException">The bytes break a rule, or end inside the head.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled; the reader goes on where it was.</exception>
    public async ValueTask<OwnedHttp1RequestHead?> ReadAsync(CancellationToken cancellationToken = default)
    {
        do
        {
            if (TryRead(out Http1RequestHead head))
            {
                OwnedHttp1RequestHead owned = head.ToOwned();
                Release();
                return owned;
            }
        }
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false));

        return null;
    }

    /// <summary>Reads one head after the other to the end of the input: for messages without bodies.</summary>
    /// <exception cref="Http1ProtocolException">The bytes break a rule, or end inside a head.</exception>
    public async IAsyncEnumerable<OwnedHttp1RequestHead> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await ReadAsync(cancellationToken).ConfigureAwait(false) is { } head)
        {
            yield return head;
        }
    }

    /// <summary>Gives the bytes after the last head back to the pipe, so that the body can be read from it. The head's slices end here.</summary>
    public void Release() => _input.Release();

    /// <summary>Gives the bytes after the last head back to the pipe, and the scratch to the pool.</summary>
    public void Dispose() => _input.Dispose();
}
