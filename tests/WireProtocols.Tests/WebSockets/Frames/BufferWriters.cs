using System.Buffers;
using System.IO.Pipelines;

namespace WireProtocols.Tests.WebSockets;

/// <summary>A buffer writer that refuses to give room while it is told to.</summary>
internal sealed class MoodyBufferWriter : IBufferWriter<byte>
{
    private readonly ArrayBufferWriter<byte> _output = new();

    public bool Refuses { get; set; }

    public byte[] Written => _output.WrittenSpan.ToArray();

    public void Advance(int count) => _output.Advance(count);

    public Memory<byte> GetMemory(int sizeHint = 0) => Refuses ? throw new IOException("no room") : _output.GetMemory(sizeHint);

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}

/// <summary>A stream that lets so many writes through and holds the next until it is cancelled.</summary>
internal sealed class StallingStream(int writesToPass) : MemoryStream
{
    private int _writes;

    public TaskCompletionSource Stalled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_writes++ >= writesToPass)
        {
            Stalled.TrySetResult();
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        await base.WriteAsync(buffer, cancellationToken);
    }
}

/// <summary>Counts how a pipe over a stream hands payload on.</summary>
internal sealed class RecordingStream : MemoryStream
{
    public List<int> Writes { get; } = [];

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Writes.Add(buffer.Length);
        return base.WriteAsync(buffer, cancellationToken);
    }

    public static (RecordingStream Stream, PipeWriter Pipe) Create()
    {
        RecordingStream stream = new();
        return (stream, PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true)));
    }
}
