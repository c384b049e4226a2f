using System.IO.Pipelines;

namespace WireProtocols.Testing;

/// <summary>A pipe that gives its reader a few bytes at a time: the writer only goes on when the reader has taken what there was.</summary>
public static class Trickle
{
    public static async Task<TResult> RunAsync<TResult>(byte[] input, int size, Func<PipeReader, Task<TResult>> read)
    {
        Pipe pipe = new(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1, useSynchronizationContext: false));
        Task writing = WriteAsync(pipe.Writer, input, size);
        TResult result = await read(pipe.Reader);
        await pipe.Reader.CompleteAsync();
        await writing;
        return result;
    }

    private static async Task WriteAsync(PipeWriter writer, byte[] input, int size)
    {
        for (int at = 0; at < input.Length; at += size)
        {
            FlushResult flushed = await writer.WriteAsync(input.AsMemory(at, Math.Min(size, input.Length - at)));
            if (flushed.IsCompleted)
            {
                break;
            }
        }

        await writer.CompleteAsync();
    }
}
