using System.IO.Pipelines;

namespace WireProtocols.Http1;

/// <summary>
/// Looks out for the client's leaving while a handler works. It waits for input and consumes nothing. Where the next request comes first, the client
/// is there and the watch is over: a pipe takes back no look at what it has shown, so the request is left unseen for its reader.
/// </summary>
internal sealed class Http1ClientWatch : IAsyncDisposable
{
    private readonly PipeReader _input;
    private readonly CancellationTokenSource _left = new();
    private readonly Task _watching;
    private bool _hasTakenCancellation;

    /// <summary>Begins to watch. Nobody else reads from the input until <see cref="DisposeAsync"/> has ended.</summary>
    public Http1ClientWatch(PipeReader input)
    {
        _input = input;
        _watching = WatchAsync();
    }

    /// <summary>Cancelled when the client has ended its side or the transport was cut.</summary>
    public CancellationToken Left => _left.Token;

    /// <summary>Gives the input back, with everything that has come unread.</summary>
    public async ValueTask DisposeAsync()
    {
        _input.CancelPendingRead();
        await _watching.ConfigureAwait(false);
        if (!_hasTakenCancellation)
        {
            TakeCancellation();
        }

        _left.Dispose();
    }

    private async Task WatchAsync()
    {
        bool hasLeft;
        try
        {
            ReadResult read = await _input.ReadAsync().ConfigureAwait(false);
            _hasTakenCancellation = read.IsCanceled;
            hasLeft = read.IsCompleted;
            _input.AdvanceTo(read.Buffer.Start);
        }
        catch (Exception)
        {
            // The transport failed or was dropped. Each transport says so in a way of its own.
            hasLeft = true;
        }

        if (hasLeft)
        {
            await _left.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The watch had ended by itself: the cancellation is still in the pipe, and is not for the next reader.</summary>
    private void TakeCancellation()
    {
        try
        {
            if (_input.TryRead(out ReadResult read))
            {
                _input.AdvanceTo(read.Buffer.Start);
            }
        }
        catch (Exception)
        {
            // The transport has failed: the next reader learns it as well.
        }
    }
}
