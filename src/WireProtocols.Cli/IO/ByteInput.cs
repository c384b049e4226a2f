namespace WireProtocols.Cli.IO;

/// <summary>The input of a verb: a file, stdin, or hex text in either.</summary>
internal sealed class ByteInput : IDisposable
{
    private const int BufferSize = 64 * 1024;
    private readonly Stream _stream;
    private readonly bool _owned;
    private readonly HexText? _hex;
    private readonly byte[] _buffer = new byte[BufferSize];
    private byte[] _peeked = [];
    private bool _hasEnded;

    private ByteInput(Stream stream, bool owned, bool hex)
    {
        _stream = stream;
        _owned = owned;
        _hex = hex ? new HexText() : null;
        Length = stream.CanSeek ? stream.Length - stream.Position : null;
    }

    /// <summary>The bytes there are to read, where a regular file tells.</summary>
    public long? Length { get; }

    /// <summary>The bytes read from the stream so far.</summary>
    public long BytesRead { get; private set; }

    public static ByteInput Open(string file, bool hex, ToolIO io)
    {
        if (file == "-")
        {
            return new ByteInput(io.Input, owned: false, hex);
        }

        try
        {
            FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            return new ByteInput(stream, owned: true, hex);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ToolException(ExitStatus.InputOutput, exception.Message);
        }
    }

    /// <summary>Reads what there is. The memory is valid until the next call.</summary>
    /// <returns>Null at the end of the input. The memory may be empty when only white space of hex text came.</returns>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken stop)
    {
        if (_peeked.Length > 0)
        {
            byte[] peeked = _peeked;
            _peeked = [];
            return peeked;
        }

        if (_hasEnded)
        {
            return null;
        }

        int count = await ReadSomeAsync(stop);
        if (count == 0)
        {
            _hex?.Complete();
            return null;
        }

        BytesRead += count;
        return _buffer.AsMemory(0, _hex?.Decode(_buffer.AsSpan(0, count)) ?? count);
    }

    /// <summary>Looks at the first bytes, which the first read gives again.</summary>
    /// <param name="length">How many are wanted; a live input may have fewer that say enough.</param>
    public async ValueTask<ReadOnlyMemory<byte>> PeekAsync(int length, CancellationToken stop)
    {
        const int Enough = 12;
        List<byte> bytes = [];
        while (!_hasEnded && bytes.Count < (Length is null ? Enough : length))
        {
            ReadOnlyMemory<byte>? more = await ReadAsync(stop);
            _hasEnded = more is null;
            bytes.AddRange((more ?? default).Span);
        }

        return _peeked = [.. bytes];
    }

    public void Dispose()
    {
        if (_owned)
        {
            _stream.Dispose();
        }
    }

    // A read of a terminal or pipe may not notice the token; the wait does.
    private ValueTask<int> ReadSomeAsync(CancellationToken stop)
    {
        ValueTask<int> pending = _stream.ReadAsync(_buffer, stop);
        return pending.IsCompleted ? pending : new ValueTask<int>(pending.AsTask().WaitAsync(stop));
    }
}
