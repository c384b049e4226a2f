using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace WireProtocols.Rpc;

/// <summary>
/// The messages of one direction of a call: in envelopes, or the one that is the body of a unary call of Connect. What a cancelled read has seen of
/// them is kept for the next one.
/// </summary>
internal sealed class RpcMessages : IDisposable
{
    private readonly RpcReader? _reader;
    private readonly GrpcWebTextPipeReader? _text;
    private readonly RpcBody? _body;
    private readonly bool _hasOne;
    private OwnedRpcMessage? _unread;

    /// <summary>Starts at the beginning of a body.</summary>
    /// <param name="input">The body.</param>
    /// <param name="contentType">How it is written.</param>
    /// <param name="options">Direction, encoding and limits.</param>
    /// <param name="hasOne">Whether the method has one message in this direction.</param>
    public RpcMessages(PipeReader input, RpcContentType contentType, RpcEnvelopeOptions options, bool hasOne)
    {
        _hasOne = hasOne;
        if (contentType.IsUnary)
        {
            _body = new RpcBody(input, options.Encoding, options.MaxMessageLength);
            return;
        }

        _text = contentType.IsText ? new GrpcWebTextPipeReader(input) : null;
        _reader = new RpcReader(_text ?? input, options);
    }

    /// <summary>How many messages have come.</summary>
    public int Count { get; private set; }

    /// <summary>What the end of the stream said; null before it, and where there is none.</summary>
    public RpcEnd? End => _reader?.End;

    /// <summary>The number of bytes taken in, behind the text form.</summary>
    public long Position => _reader?.Position ?? 0;

    /// <summary>Reads to the end.</summary>
    /// <exception cref="RpcProtocolException">A rule is broken, or there is a second message where the method has one.</exception>
    public async IAsyncEnumerable<OwnedRpcMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_unread is { } unread)
        {
            _unread = null;
            yield return unread;
        }

        if (_body is not null && Count == 0)
        {
            ReadOnlyMemory<byte> message = await _body.ReadAsync(cancellationToken).ConfigureAwait(false);
            Count++;
            yield return new OwnedRpcMessage(0, false, message);
        }

        if (_reader is null)
        {
            yield break;
        }

        await foreach (OwnedRpcMessage message in _reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            if (++Count > 1 && _hasOne)
            {
                throw new RpcProtocolException(RpcProtocolError.MessageSurplus, message.Offset);
            }

            yield return message;
        }
    }

    /// <summary>Takes the one message out of those that <see cref="ReadAllAsync"/> gives.</summary>
    /// <param name="all">What comes of it, with whatever else the call looks at.</param>
    /// <exception cref="RpcProtocolException">There is none, or another one.</exception>
    public async Task<ReadOnlyMemory<byte>> TakeOneAsync(IAsyncEnumerable<OwnedRpcMessage> all)
    {
        OwnedRpcMessage? only = null;
        try
        {
            await foreach (OwnedRpcMessage message in all.ConfigureAwait(false))
            {
                only = only is null ? message : throw new RpcProtocolException(RpcProtocolError.MessageSurplus, message.Offset);
            }
        }
        catch (OperationCanceledException)
        {
            _unread = only;
            throw;
        }

        return only?.Payload ?? throw new RpcProtocolException(RpcProtocolError.MessageMissing, Position);
    }

    /// <summary>Gives back what is held, and the unread bytes to the pipe.</summary>
    public void Dispose()
    {
        _reader?.Dispose();
        _text?.Release();
    }
}
