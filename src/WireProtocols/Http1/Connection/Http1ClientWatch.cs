using System.IO.Pipelines;

namespace WireProtocols.Http1;

/// <summary>
/// Looks out for the client's leaving while a handler works. It reads ahead and consumes nothing: what comes is the next request, and stays in the
/// pipe for its reader.
/// </summary>
internal sealed class Http1ClientWatch : IAsyncDisposable
{
    // A client that sends this much ahead is there; it is not read from any further.
    private const int MaxAhead = 64 * 1024;

    private readonly PipeReader _input;
    private readonly CancellationTokenSource _left = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private bool _isAllExamined;

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
        await _stop.CancelAsync().ConfigureAwait(false);
        await _watching.ConfigureAwait(false);
        if (_isAllExamined)
        {
            // The pipe would hold what has been examined back until more comes. One more read, which ends at once, examines nothing.
            _input.CancelPendingRead();
            if (_input.TryRead(out ReadResult read))
            {
                _input.AdvanceTo(read.Buffer.Start);
            }
        }

        _stop.Dispose();
        _left.Dispose();
    }

    private async Task WatchAsync()
    {
        bool hasLeft = false;
        bool goesOn = true;
        try
        {
            while (goesOn)
            {
                ReadResult read = await _input.ReadAsync(_stop.Token).ConfigureAwait(false);
                goesOn = !read.IsCompleted && read.Buffer.Length < MaxAhead;
                _isAllExamined = goesOn && !read.Buffer.IsEmpty;
                _input.AdvanceTo(read.Buffer.Start, goesOn ? read.Buffer.End : read.Buffer.Start);
                hasLeft = read.IsCompleted;
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The handler is done.
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
}
