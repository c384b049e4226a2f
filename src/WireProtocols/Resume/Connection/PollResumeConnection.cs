using System.Buffers;

namespace WireProtocols.Resume;

/// <summary>One long poll of a session on a server (wire-resume §5): gathers frames until there is something to tell, or the client's patience
/// ends.</summary>
public sealed class PollResumeConnection : IResumeConnection
{
    private readonly ArrayBufferWriter<byte> _response = new();
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly bool _isNew;
    private ReadOnlyMemory<byte> _hello;
    private bool _hasNews;

    /// <param name="hello">The client's HELLO.</param>
    /// <param name="patience">How long the client waits for news; it need not wait for a new session's ID.</param>
    /// <param name="time">Where time comes from; <see cref="TimeProvider.System"/> when null.</param>
    public PollResumeConnection(OwnedResumeFrame hello, TimeSpan patience, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(hello);
        ArrayBufferWriter<byte> bytes = new();
        ResumeFrames.Write(bytes, hello.Lend());
        _hello = bytes.WrittenMemory;
        _isNew = hello.Session.IsEmpty;
        _patience = patience;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>The body of the response, once <see cref="ResumeServer.RunAsync"/> has ended.</summary>
    public ReadOnlyMemory<byte> Response => _response.WrittenMemory;

    /// <inheritdoc/>
    public ValueTask SendAsync(ReadOnlyMemory<byte> frame, bool flush, CancellationToken cancellationToken)
    {
        ResumeFrameParser.Parse(frame.Span, out ResumeFrame parsed, out _, out _);
        ResumeFrames.WriteToStream(_response, parsed);
        _hasNews |= parsed.Type != ResumeFrameType.Welcome || _isNew;
        return flush ? FlushAsync(cancellationToken) : default;
    }

    /// <inheritdoc/>
    public ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_hasNews)
        {
            _done.TrySetResult(false);
        }

        return default;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ReceiveAsync(IBufferWriter<byte> output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!_hello.IsEmpty)
        {
            output.Write(_hello.Span);
            _hello = default;
            return true;
        }

        await ((Task)_done.Task).WaitAsync(_patience, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return false;
    }

    /// <inheritdoc/>
    public ValueTask CloseAsync(ResumeCloseReason reason) => default;

    /// <inheritdoc/>
    public void Abort() => _done.TrySetResult(false);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => default;
}
