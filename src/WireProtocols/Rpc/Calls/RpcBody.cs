using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Rpc;

/// <summary>The body of a unary call of Connect: one message, without an envelope.</summary>
/// <param name="input">The body.</param>
/// <param name="encoding">Its encoding, or null.</param>
/// <param name="limit">The most bytes, compressed and not.</param>
internal sealed class RpcBody(PipeReader input, RpcEncoding? encoding, int limit)
{
    private readonly ArrayBufferWriter<byte> _body = new();

    /// <summary>Reads the message, decompressed. What a cancelled read has seen of it is kept for the next one.</summary>
    /// <exception cref="RpcProtocolException">It is longer than the limit, or not in the encoding.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            bool fits = read.Buffer.Length <= limit - _body.WrittenCount;
            if (fits)
            {
                foreach (ReadOnlyMemory<byte> segment in read.Buffer)
                {
                    _body.Write(segment.Span);
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
                return Decompress(_body.WrittenMemory);
            }
        }
    }

    /// <summary>"Servers must not attempt to decompress zero-length HTTP request content" (connect-protocol §Unary-Request).</summary>
    private ReadOnlyMemory<byte> Decompress(ReadOnlyMemory<byte> body)
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
