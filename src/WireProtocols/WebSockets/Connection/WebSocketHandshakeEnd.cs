using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Buffers;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>The end of a transport of whose opening handshake no connection came.</summary>
internal static class WebSocketHandshakeEnd
{
    /// <summary>How long the peer has to take the answer and close.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Writes an answer that has nothing but its status.</summary>
    public static void WriteStatus(IBufferWriter<byte> output, int statusCode)
    {
        Http1HeadWriter head = Http1HeadWriter.StartResponse(output, statusCode);
        head.WriteField("Connection"u8, "close"u8);
        head.WriteField("Content-Length"u8, "0"u8);
        head.Complete();
    }

    /// <summary>
    /// Ends a transport: what has been written goes out, and what the peer still sends is taken in for a moment. The operating system answers bytes
    /// that nobody took in with a reset, and the reset discards the answer on its way to the peer.
    /// </summary>
    public static async Task EndAsync(IDuplexPipe transport, TimeProvider time)
    {
        using CancellationTokenSource timeout = new(Patience, time);
        try
        {
            await transport.Output.CompleteAsync().AsTask().WaitAsync(timeout.Token).ConfigureAwait(false);
            if (transport is IWireTransport { CanHalfClose: true })
            {
                await DrainAsync(transport.Input, timeout.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (WebSocketTransportFailure.Is(exception))
        {
            // The peer was faster, or had its time.
            (transport as IWireTransport)?.Abort();
        }

        try
        {
            await transport.Input.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception exception) when (WebSocketTransportFailure.Is(exception))
        {
            // A stream that has something to say when it is disposed says it too late.
        }
    }

    private static async Task DrainAsync(PipeReader input, CancellationToken cancellationToken)
    {
        bool isCompleted = false;
        while (!isCompleted)
        {
            ReadResult result = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            input.AdvanceTo(result.Buffer.End);
            isCompleted = result.IsCompleted;
        }
    }
}
