using System.Buffers;
using WireProtocols.Ndjson;

namespace WireProtocols.JsonRpc;

/// <summary>
/// Tells the messages of JSON-RPC apart, behind header fields or on lines, strictly: fed the input in pieces of any size, it yields each message as
/// one slice, which is copied only where the message spans pieces.
/// </summary>
/// <remarks>
/// With <see cref="JsonRpcOptions.ContinueOnError"/>, a bad message is an element like any other, with its <see cref="JsonRpcMessage.Error"/>;
/// otherwise the first violation ends the input. An error in a header shows when its line has ended. At the end of the input,
/// <see cref="TryDecodeLast"/> hands out what was left unfinished or skipped, and <see cref="Complete"/> says whether the input ended well.
/// </remarks>
public sealed class JsonRpcDecoder : IDisposable
{
    private readonly JsonRpcContent _content;
    private readonly bool _continues;

    // Of the two framings one; the other is null.
    private readonly JsonRpcFields? _fields;
    private readonly NdjsonDecoder? _lines;

    /// <summary>Creates a decoder.</summary>
    /// <param name="options">Framing, limits and leniencies; <see cref="JsonRpcOptions.Default"/> when null.</param>
    public JsonRpcDecoder(JsonRpcOptions? options = null)
    {
        options ??= JsonRpcOptions.Default;
        _continues = options.ContinueOnError;
        _content = new JsonRpcContent(options);
        if (options.Framing == JsonRpcFraming.HeaderFields)
        {
            _fields = new JsonRpcFields(options, _content);
            return;
        }

        _lines = new NdjsonDecoder(new NdjsonOptions
        {
            MaxRecordLength = options.MaxContentLength,
            MaxDepth = options.MaxDepth,
            Validate = options.Validate,
            ContinueOnError = options.ContinueOnError,
            IgnoreEmptyLines = options.IgnoreEmptyLines,
        });
    }

    /// <summary>What <see cref="OperationStatus.InvalidData"/> meant.</summary>
    public JsonRpcProtocolError Error { get; private set; }

    /// <summary>The offset of the offending byte, from the start of the input.</summary>
    public long ErrorOffset { get; private set; }

    /// <summary>How many bytes have been consumed since the start of the input.</summary>
    public long Position { get; private set; }

    /// <summary>Whether the end of the input completes one more element.</summary>
    internal bool HasLast => _continues && !HasFailed && (_fields?.HasUnfinished ?? _lines!.HasLast);

    private bool HasFailed => Error != JsonRpcProtocolError.None;

    /// <summary>Takes in the next piece of the input.</summary>
    /// <param name="source">The bytes that follow those consumed so far.</param>
    /// <param name="bytesConsumed">How many of them were taken in.</param>
    /// <param name="element">The message, when the answer is <see cref="OperationStatus.Done"/>; valid until the next call.</param>
    /// <returns><see cref="OperationStatus.Done"/> with a message, <see cref="OperationStatus.NeedMoreData"/> when all of
    /// <paramref name="source"/> was taken in, or <see cref="OperationStatus.InvalidData"/>: see <see cref="Error"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out JsonRpcMessage element)
    {
        if (HasFailed)
        {
            bytesConsumed = 0;
            element = default;
            return OperationStatus.InvalidData;
        }

        OperationStatus status = _fields is not null
            ? _fields.Decode(source, Position, out bytesConsumed, out element)
            : DecodeLine(source, out bytesConsumed, out element);
        if (status == OperationStatus.Done && !element.IsValid && !_continues)
        {
            bytesConsumed = 0;
            Fail(element.Error, element.ErrorOffset);
            element = default;
            return OperationStatus.InvalidData;
        }

        Position += bytesConsumed;
        return status;
    }

    /// <summary>The input ends here: takes what is unfinished or has been skipped, with <see cref="JsonRpcOptions.ContinueOnError"/>. Call it once,
    /// before <see cref="Complete"/>.</summary>
    /// <param name="element">A bad message.</param>
    /// <returns>False when there is none.</returns>
    public bool TryDecodeLast(out JsonRpcMessage element)
    {
        element = default;
        if (!HasLast)
        {
            return false;
        }

        if (_fields is not null)
        {
            element = _fields.DecodeLast(Position);
            return true;
        }

        bool hasLast = _lines!.TryDecodeLast(out NdjsonRecord record);
        element = hasLast ? _content.Check(record) : default;
        return hasLast;
    }

    /// <summary>Says that the input ends here.</summary>
    /// <returns><see cref="OperationStatus.Done"/> when it ends between two messages, otherwise <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Complete()
    {
        if (!HasFailed && (_fields?.HasUnfinished ?? (_lines!.Complete() == OperationStatus.InvalidData)))
        {
            Fail(JsonRpcProtocolError.UnexpectedEnd, Position);
        }

        return HasFailed ? OperationStatus.InvalidData : OperationStatus.Done;
    }

    /// <summary>Forgets everything: the next byte is the first of another input.</summary>
    public void Reset()
    {
        _fields?.Reset();
        _lines?.Reset();
        (Position, Error, ErrorOffset) = (0, JsonRpcProtocolError.None, 0);
    }

    /// <summary>Gives pooled memory back.</summary>
    public void Dispose()
    {
        _fields?.Release();
        _lines?.Dispose();
    }

    private OperationStatus DecodeLine(ReadOnlySpan<byte> source, out int bytesConsumed, out JsonRpcMessage element)
    {
        OperationStatus status = _lines!.Decode(source, out bytesConsumed, out NdjsonRecord record);
        element = status switch
        {
            OperationStatus.Done => _content.Check(record),
            OperationStatus.InvalidData => new JsonRpcMessage(Position, default, JsonRpcContent.Map(_lines.Error), _lines.ErrorOffset, 0),
            _ => default,
        };
        return status == OperationStatus.InvalidData ? OperationStatus.Done : status;
    }

    private void Fail(JsonRpcProtocolError error, long offset)
    {
        (Error, ErrorOffset) = (error, offset);
        Dispose();
    }
}
