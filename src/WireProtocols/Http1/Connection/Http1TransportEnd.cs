using System.IO.Pipelines;
using WireProtocols.Buffers;

namespace WireProtocols.Http1;

/// <summary>Ends a transport that an endpoint owns, whatever state its two directions are in.</summary>
internal static class Http1TransportEnd
{
    /// <summary>Sends what was written, within the limit of the output, and says that nothing more will come.</summary>
    /// <param name="transport">The transport.</param>
    /// <param name="output">Its output, with a limit.</param>
    /// <param name="cut">Not null where the peer must not take the end for one in good order: it sees a transport that failed.</param>
    /// <returns>What failed: the peer is gone, or does not read, or <paramref name="cut"/>. Null where nothing did.</returns>
    public static async ValueTask<Exception?> CompleteOutputAsync(IDuplexPipe transport, PipeWriter output, Exception? cut = null)
    {
        Exception? failure = cut;
        try
        {
            await output.FlushAsync().ConfigureAwait(false);
            if (cut is not null)
            {
                (transport as IWireTransport)?.Abort();
            }
        }
        catch (Exception exception) when (IsOfTransport(exception))
        {
            failure = exception;
        }

        try
        {
            await output.CompleteAsync(failure).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsOfTransport(exception))
        {
            failure ??= exception;
        }

        return failure;
    }

    /// <summary>Ends the other direction, and with it the transport.</summary>
    public static async ValueTask CompleteInputAsync(IDuplexPipe transport)
    {
        await transport.Input.CompleteAsync().ConfigureAwait(false);
        if (transport is IAsyncDisposable disposable)
        {
            await disposable.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static bool IsOfTransport(Exception exception)
        => exception is IOException or TimeoutException or ObjectDisposedException or InvalidOperationException or OperationCanceledException;
}
