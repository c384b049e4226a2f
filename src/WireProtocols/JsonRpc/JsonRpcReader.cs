using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.JsonRpc;

/// <summary>Reads the messages of JSON-RPC from a pipe. It does not complete the pipe.</summary>
public sealed class JsonRpcReader : IDisposable
{
    private readonly ElementReader<ElementDecoder, JsonRpcMessage> _messages;
    private readonly JsonRpcDecoder _decoder;

    /// <summary>Creates a reader.</summary>
    /// <param name="input">The pipe.</param>
    /// <param name="options">Framing, limits and leniencies; <see cref="JsonRpcOptions.Default"/> when null.</param>
    public JsonRpcReader(PipeReader input, JsonRpcOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        _decoder = new JsonRpcDecoder(options);
        _messages = new(input, new ElementDecoder(_decoder));
    }

    /// <summary>How many bytes have been read.</summary>
    public long Position => _decoder.Position;

    /// <summary>Waits for a message.</summary>
    /// <returns>False at the end of the input.</returns>
    /// <exception cref="JsonRpcProtocolException">The input ended inside a message.</exception>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) => _messages.WaitToReadAsync(cancellationToken);

    /// <summary>Takes the next message, if it is there.</summary>
    /// <param name="element">Valid until the next call.</param>
    /// <returns>False when more input is needed.</returns>
    /// <exception cref="JsonRpcProtocolException">A message breaks a rule, and <see cref="JsonRpcOptions.ContinueOnError"/> is off.</exception>
    public bool TryRead(out JsonRpcMessage element) => _messages.TryRead(out element);

    /// <summary>Reads to the end of the input, copying each message.</summary>
    /// <exception cref="JsonRpcProtocolException">A message breaks a rule, and <see cref="JsonRpcOptions.ContinueOnError"/> is off.</exception>
    public async IAsyncEnumerable<OwnedJsonRpcMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryReadOwned() is { } message)
            {
                yield return message;
            }
        }
    }

    /// <summary>Gives unread bytes back to the pipe.</summary>
    public void Dispose()
    {
        _messages.Release();
        _decoder.Dispose();
    }

    private OwnedJsonRpcMessage? TryReadOwned() => TryRead(out JsonRpcMessage message) ? message.ToOwned() : null;

    private readonly struct ElementDecoder(JsonRpcDecoder decoder) : IElementDecoder<JsonRpcMessage>
    {
        public bool IsCompleted => false;

        public bool HasLast => decoder.HasLast;

        public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out JsonRpcMessage element)
            => decoder.Decode(source, out bytesConsumed, out element);

        public OperationStatus DecodeLast(out JsonRpcMessage element)
            => decoder.TryDecodeLast(out element) ? OperationStatus.Done : decoder.Complete();

        public OperationStatus Complete() => decoder.Complete();

        public WireProtocolException CreateException() => new JsonRpcProtocolException(decoder.Error, decoder.ErrorOffset);
    }
}
