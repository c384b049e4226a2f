using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.JsonRpc;

/// <summary>Messages behind header fields: a header is gathered, its content is lent.</summary>
internal sealed class JsonRpcFields(JsonRpcOptions options, JsonRpcContent content)
{
    private const int MaxQuickDigits = 9;

    private JsonRpcHeaderBytes _bytes;
    private JsonRpcHeader _header;
    private Scratch _content;
    private State _state;
    private int _searchFrom;
    private long _start;
    private long _bytesStart;
    private JsonRpcProtocolError _error;
    private long _errorOffset;

    private enum State : byte
    {
        Header,
        Content,
        Search,
    }

    /// <summary>Whether there are bytes of a message that has not ended, or that are skipped.</summary>
    public bool HasUnfinished => _state != State.Header || _bytes.Length > 0;

    /// <summary>Decodes a message, or what is there instead of one, whether decoding goes on behind that or not.</summary>
    /// <param name="source">The bytes that follow those consumed so far.</param>
    /// <param name="position">The offset of the first.</param>
    /// <param name="consumed">How many were taken in.</param>
    /// <param name="message">The message.</param>
    public OperationStatus Decode(ReadOnlySpan<byte> source, long position, out int consumed, out JsonRpcMessage message)
    {
        _content.EndLoan();
        if (!HasUnfinished)
        {
            if (TryDecodeQuickly(source, position, out consumed, out message))
            {
                return OperationStatus.Done;
            }

            (_start, _bytesStart) = (position, position);
            _header = default;
        }

        consumed = 0;
        message = default;
        while (_state == State.Header)
        {
            bool isMore = TakeLine(source, ref consumed);
            if (_error != JsonRpcProtocolError.None && !options.ContinueOnError)
            {
                message = new JsonRpcMessage(_start, default, _error, _errorOffset, position + consumed - _start);
                return OperationStatus.Done;
            }

            if (!isMore)
            {
                return OperationStatus.NeedMoreData;
            }
        }

        return _state == State.Content
            ? TakeContent(source, position, ref consumed, out message)
            : Search(source, ref consumed, out message);
    }

    /// <summary>The input ends in what is unfinished.</summary>
    public JsonRpcMessage DecodeLast(long position)
    {
        bool isSearch = _state == State.Search;
        JsonRpcMessage message = isSearch
            ? new JsonRpcMessage(_start, default, _error, _errorOffset, position - _start)
            : new JsonRpcMessage(_start, default, JsonRpcProtocolError.UnexpectedEnd, position, position - _start);
        Reset();
        return message;
    }

    public void Reset()
    {
        Release();
        _state = State.Header;
        _error = JsonRpcProtocolError.None;
    }

    public void Release()
    {
        _bytes.Clear();
        _content.Release();
    }

    /// <summary>The usual header, and all of its content, in one piece.</summary>
    private bool TryDecodeQuickly(ReadOnlySpan<byte> source, long position, out int consumed, out JsonRpcMessage message)
    {
        consumed = 0;
        message = default;
        ReadOnlySpan<byte> name = "Content-Length: "u8;
        if (!source.StartsWith(name))
        {
            return false;
        }

        int index = name.Length;
        int length = 0;
        int end = Math.Min(source.Length, name.Length + MaxQuickDigits);
        while (index < end && char.IsAsciiDigit((char)source[index]))
        {
            length = (length * 10) + source[index++] - '0';
        }

        if (index == name.Length || length > options.MaxContentLength || !source[index..].StartsWith("\r\n\r\n"u8))
        {
            return false;
        }

        index += "\r\n\r\n"u8.Length;
        if (source.Length - index < length)
        {
            return false;
        }

        message = content.Check(source.Slice(index, length), position + index);
        consumed = index + length;
        return true;
    }

    /// <returns>False where more is needed.</returns>
    private bool TakeLine(ReadOnlySpan<byte> source, scoped ref int consumed)
    {
        int lineStart = _bytes.Taken;
        int room = options.MaxHeaderLength - _bytes.Length;
        if (!_bytes.TryTakeLine(source[consumed..], room, out ReadOnlySpan<byte> line, out int count))
        {
            consumed += count;
            if (consumed < source.Length)
            {
                Fail(JsonRpcProtocolError.HeaderTooLong, options.MaxHeaderLength);
                return true;
            }

            return false;
        }

        consumed += count;
        JsonRpcProtocolError error = _header.Take(line, options, out bool isLast, out int index);
        if (error != JsonRpcProtocolError.None)
        {
            Fail(error, lineStart + index);
        }
        else if (isLast)
        {
            _bytes.Clear();
            _state = State.Content;
        }

        return true;
    }

    private void Fail(JsonRpcProtocolError error, int index)
    {
        (_error, _errorOffset) = (error, _bytesStart + index);
        _state = State.Search;
        _searchFrom = 1;
    }

    private OperationStatus TakeContent(ReadOnlySpan<byte> source, long position, scoped ref int consumed, out JsonRpcMessage message)
    {
        int missing = _header.ContentLength - _content.Length;
        ReadOnlySpan<byte> rest = source[consumed..];
        if (rest.Length < missing)
        {
            _content.Gather(rest);
            consumed = source.Length;
            message = default;
            return OperationStatus.NeedMoreData;
        }

        consumed += missing;
        message = content.Check(_content.Lend(rest[..missing]), position + consumed - _header.ContentLength);
        _state = State.Header;
        return OperationStatus.Done;
    }

    private OperationStatus Search(ReadOnlySpan<byte> source, scoped ref int consumed, out JsonRpcMessage message)
    {
        message = default;
        bool isFound = _bytes.TryFindHeader(source[consumed..], ref _searchFrom, out long dropped, out int count);
        consumed += count;
        _bytesStart += dropped;
        if (!isFound)
        {
            return OperationStatus.NeedMoreData;
        }

        message = new JsonRpcMessage(_start, default, _error, _errorOffset, _bytesStart - _start);
        _start = _bytesStart;
        _header = default;
        _error = JsonRpcProtocolError.None;
        _state = State.Header;
        return OperationStatus.Done;
    }
}
