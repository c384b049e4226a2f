using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;

namespace WireProtocols.Benchmarks.Soak.Resume;

/// <summary>A connection in memory that can be cut after so many bytes, or stalled.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The source has no timer, and both directions look at it to their end.")]
public sealed class TroubleNetwork
{
    private readonly CancellationTokenSource _cut = new();
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _left = long.MaxValue;
    private long _bytes;
    private volatile bool _isStalled;

    /// <summary>The connection is up.</summary>
    public TroubleNetwork()
    {
        (IDuplexPipe client, IDuplexPipe near) = Testing.DuplexPipes.Create();
        (IDuplexPipe far, IDuplexPipe server) = Testing.DuplexPipes.Create();
        (Client, Server) = (client, server);
        _ = RelayAsync(near, far);
        _ = RelayAsync(far, near);
    }

    public IDuplexPipe Client { get; }

    public IDuplexPipe Server { get; }

    /// <summary>The bytes that have passed, both directions together.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    /// <summary>Ends both directions after so many bytes more.</summary>
    public void CutAfter(int bytes) => Volatile.Write(ref _left, bytes);

    /// <summary>Takes and gives nothing more, not even the end.</summary>
    public void Stall() => _isStalled = true;

    private async Task RelayAsync(IDuplexPipe from, IDuplexPipe to)
    {
        try
        {
            while (!_cut.IsCancellationRequested)
            {
                ReadResult read = await from.Input.ReadAsync(_cut.Token);
                if (_isStalled)
                {
                    await _stalled.Task;
                }

                ReadOnlySequence<byte> taken = Take(read.Buffer);
                foreach (ReadOnlyMemory<byte> piece in taken)
                {
                    to.Output.Write(piece.Span);
                }

                Interlocked.Add(ref _bytes, taken.Length);
                from.Input.AdvanceTo(taken.End);
                await to.Output.FlushAsync(_cut.Token);
                if (read.IsCompleted && taken.Length == read.Buffer.Length)
                {
                    break;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or InvalidOperationException)
        {
            // It was cut, or dropped by one of its ends.
        }

        await to.Output.CompleteAsync();
        await from.Input.CompleteAsync();
    }

    private ReadOnlySequence<byte> Take(ReadOnlySequence<byte> buffer)
    {
        if (Volatile.Read(ref _left) == long.MaxValue)
        {
            return buffer;
        }

        long left = Interlocked.Add(ref _left, -buffer.Length);
        if (left > 0)
        {
            return buffer;
        }

        _cut.Cancel();
        return buffer.Slice(0, Math.Max(0, left + buffer.Length));
    }
}
