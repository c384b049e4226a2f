using System.Text;
using WireProtocols.Benchmarks.Native;

namespace WireProtocols.Benchmarks.Http1;

/// <summary>
/// Chunked bodies, a chunk an operation. <c>read</c> has the bytes in a pipe, where a server's transport puts them, and hands out slices;
/// <c>stream</c> begins with the same stream in memory that HttpClient gets, and so pays for a copy out of it as HttpClient does. HttpClient
/// copies the payload into the caller's buffer, which is how it is meant to be read. <c>body</c> is the payload as a pipe of its own.
/// </summary>
public static class ChunkedCases
{
    private const int PayloadPerRun = 128 * 1024;
    internal const int WritesPerFlush = 60;

    public static IEnumerable<CompareCase> All() =>
    [
        Read("read.64B", 64, 3, r => r.Ours),
        Read("read.16KB", 16 * 1024, 1.5, r => r.Ours),
        Read("stream.64B", 64, null, r => r.OursOverStream),
        Read("stream.16KB", 16 * 1024, null, r => r.OursOverStream),
        Read("body.64B", 64, null, r => r.OursAsPipe),
        Write("write.64B", 64),
    ];

    public static ChunkedReadRun CreateRead(int size) => new(size, PayloadPerRun / size);

    public static ChunkedWriteRun CreateWrite(int size) => new(size, PayloadPerRun / size);

    private static CompareCase Read(string name, int size, double? target, Func<ChunkedReadRun, Action> ours)
    {
        ChunkedReadRun run = CreateRead(size);
        return new CompareCase($"chunked.{name}", run.Chunks, ours(run), "HttpClient", run.Peer, target)
        {
            Natives = name.StartsWith("read.", StringComparison.Ordinal)
                ? NativePeers.Load(
                    "chunked",
                    CreateChunks(size),
                    run.Chunks,
                    (long)run.Chunks * size,
                    new("uWebSockets", "uwebsockets", "uwebsockets_chunked"),
                    new("llhttp", "llhttp", "llhttp_chunked"))
                : [],
        };
    }

    private static CompareCase Write(string name, int size)
    {
        ChunkedWriteRun run = CreateWrite(size);
        return new CompareCase($"chunked.{name}", run.Chunks, run.Ours, "HttpClient", run.Peer, null);
    }

    internal static byte[] CreateChunks(int size)
    {
        string chunk = $"{size:x}\r\n{new string('x', size)}\r\n";
        return Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(chunk, Math.Max(1, PayloadPerRun / size))));
    }
}
