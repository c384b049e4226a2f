using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Rpc;

/// <summary>The body of a unary call of Connect: one message, without an envelope.</summary>
internal static class RpcBody
{
    /// <summary>Reads a message, decompressed.</summary>
    /// <exception cref="RpcProtocolException">It is longer than the limit, or not in the encoding.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> ReadAsync(
        PipeReader input, RpcEncoding? encoding, int limit, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte> body = new();
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            bool fits = read.Buffer.Length <= limit - body.WrittenCount;
            if (fits)
            {
                foreach (ReadOnlyMemory<byte> segment in read.Buffer)
                {
                    body.Write(segment.Span);
                }
            }

            input.AdvanceTo(read.Buffer.End);
            if (!fits)
            {
                throw new RpcProtocolException(RpcProtocolError.MessageTooLarge, limit);
            }

            if (read.IsCanceled)
            {
                throw new OperationCanceledException(cancellationToken);
            }

            if (read.IsCompleted)
            {
                return Decompress(body.WrittenMemory, encoding, limit);
            }
        }
    }

    /// <summary>"Servers must not attempt to decompress zero-length HTTP request content" (connect-protocol §Unary-Request).</summary>
    public static ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> body, RpcEncoding? encoding, int limit)
    {
        if (encoding is null || body.IsEmpty)
        {
            return body;
        }

        try
        {
            return encoding.Decompress(body, limit) ?? throw new RpcProtocolException(RpcProtocolError.MessageTooLarge, 0);
        }
        catch (InvalidDataException exception)
        {
            throw new RpcProtocolException(RpcProtocolError.DecompressionFailed, 0, exception);
        }
    }
}
