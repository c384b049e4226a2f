using System.Buffers;
using System.IO.Pipelines;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>An answer that is no acceptance, whose body is still in the input.</summary>
internal sealed class WebSocketRefusedAnswer(WebSocketHandshakeRefusal refusal, long offset, Http1BodyFraming framing)
{
    /// <summary>How long the server has to send the beginning of the body, which only says why.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Makes the exception, with the beginning of the body.</summary>
    public async Task<WebSocketHandshakeException> ToExceptionAsync(PipeReader input, TimeProvider time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource timeout = new(Patience, time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        using Http1BodyReader body = new(input, framing);
        byte[] beginning = [];
        bool isWhole = false;
        try
        {
            while (!isWhole && beginning.Length <= WebSocketHandshakeRefusal.MaxBodyLength)
            {
                ReadResult result = await body.ReadAsync(either.Token).ConfigureAwait(false);
                beginning = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, WebSocketHandshakeRefusal.MaxBodyLength + 1)).ToArray();
                isWhole = result.IsCompleted;
                body.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
        catch (Exception exception) when (exception is WireProtocolException or IOException or OperationCanceledException)
        {
            // What has come of it has to do.
            cancellationToken.ThrowIfCancellationRequested();
        }

        return new WebSocketHandshakeException(refusal.WithBody(beginning, isWhole), offset);
    }
}
