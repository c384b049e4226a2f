namespace WireProtocols.Tests.Cli;

/// <summary>An input that gives one piece a read, and calls back before each, when everything before it has to be printed.</summary>
internal sealed class TricklingInput(IReadOnlyList<byte[]> pieces, Action<int> beforeRead) : Stream
{
    private int _next;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count)
    {
        beforeRead(_next);
        if (_next == pieces.Count)
        {
            return 0;
        }

        byte[] piece = pieces[_next++];
        piece.CopyTo(buffer, offset);
        return piece.Length;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

/// <summary>An output that fails as a pipe or a disk does.</summary>
internal sealed class FailingOutput(int hresult) : MemoryStream
{
    public override void Write(byte[] buffer, int offset, int count) => throw new IOException("The write failed.", hresult);
}

/// <summary>An input that never ends; it counts how often it was asked.</summary>
internal sealed class EndlessInput(byte value) : MemoryStream
{
    public int Reads { get; private set; }

    public override bool CanSeek => false;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Reads++;
        buffer.Span.Fill(value);
        return new ValueTask<int>(buffer.Length);
    }
}

/// <summary>An input in which nothing ever arrives.</summary>
internal sealed class SilentInput : MemoryStream
{
    public override bool CanSeek => false;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        => new(new TaskCompletionSource<int>().Task);
}
