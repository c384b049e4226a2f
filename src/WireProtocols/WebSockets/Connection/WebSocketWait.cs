using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace WireProtocols.WebSockets;

/// <summary>The wait of every receive: for the pipe, in one asynchronous method, whatever the receiver takes when something has come.</summary>
/// <remarks>For whoever changes this: a connection spends most of its life in here, and what such a wait keeps alive is a tenth of an idle
/// connection. A second asynchronous method between the receiver and the pipe would weigh more than a hundred bytes.</remarks>
internal static class WebSocketWait
{
    /// <summary>Takes what the receiver wants, as soon as it is there.</summary>
    /// <returns>What was taken; the default where nothing more comes.</returns>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public static async ValueTask<TTaken?> TakeAsync<TTake, TTaken>(WebSocketReading reading, TTake take, CancellationToken cancellationToken)
        where TTake : struct, IWebSocketTake<TTaken>
    {
        while (true)
        {
            if (take.TryTake(reading, out TTaken? taken))
            {
                return taken;
            }

            if (!reading.TryEnter())
            {
                if (!await reading.WaitForCloserAsync(cancellationToken).ConfigureAwait(false))
                {
                    return default;
                }

                continue;
            }

            if (!reading.HasToWait(out bool mayReceive))
            {
                if (!mayReceive)
                {
                    return default;
                }

                continue;
            }

            try
            {
                bool hasBytes;
                try
                {
                    hasBytes = reading.TryBeginWait(cancellationToken, out ValueTask<ReadResult> pending)
                        && reading.EndWait(await pending.ConfigureAwait(false));
                }
                catch (Exception exception) when (WebSocketReading.IsEnd(exception, cancellationToken))
                {
                    hasBytes = false;
                }

                if (!hasBytes && !reading.AcceptEnd())
                {
                    return default;
                }
            }
            finally
            {
                reading.LeaveWait();
            }
        }
    }
}
