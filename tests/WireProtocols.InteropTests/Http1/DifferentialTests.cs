using System.Buffers;
using System.Diagnostics;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.InteropTests.Http1;

/// <summary>
/// What HttpClient and Node make of thousands of mutated chunked bodies, beside what we make of them. Where they disagree, the disagreement
/// has a class: our verdict and theirs. Each class that turns up is explained in <c>spec-notes/rfc9112-chunked.md</c>, and no other may turn up.
/// </summary>
public class DifferentialTests
{
    private const int Count = 4000;
    private const int Seed = 9112;

    private static readonly IReadOnlyList<byte[]> Bodies = DifferentialBodies.Create(Count, Seed);

    [Fact]
    public async Task Every_disagreement_with_HttpClient_is_explained()
    {
        List<Verdict> theirs = [];
        foreach (byte[] body in Bodies)
        {
            theirs.Add(await AskHttpClientAsync(body));
        }

        Compare("HttpClient", theirs);
    }

    [Fact]
    public async Task Every_disagreement_with_Node_is_explained()
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, Bodies.Select(b => "-" + Convert.ToBase64String(b)));
            using Process node = NodePeer.Start("http1-verdicts.mjs", file);
            string output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.True(lines.Length == Bodies.Count, await node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            Compare("Node", [.. lines.Select(ParseVerdict)]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static void Compare(string peer, List<Verdict> theirs)
    {
        SortedDictionary<string, (int Times, string Example)> classes = new(StringComparer.Ordinal);
        int agreed = 0;
        for (int i = 0; i < Bodies.Count; i++)
        {
            Verdict ours = AskUs(Bodies[i], out string rule);
            if (ours.Kind == theirs[i].Kind && (ours.Kind != "ok" || ours.Body == theirs[i].Body))
            {
                agreed++;
                continue;
            }

            string name = ours.Kind == theirs[i].Kind ? "another body" : $"we say {rule}, {peer} says {theirs[i].Kind}";
            (int times, string example) = classes.GetValueOrDefault(name, (0, Escape(Bodies[i])));
            classes[name] = (times + 1, example);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"{agreed} of {Bodies.Count} agree with {peer}");
        foreach ((string name, (int times, string example)) in classes)
        {
            TestContext.Current.TestOutputHelper!.WriteLine($"{times,5}  {name}: {example}");
        }

        string notes = File.ReadAllText(FindNotes());
        Assert.All(classes, c => Assert.True(notes.Contains($"| {c.Key} |", StringComparison.Ordinal), $"Unexplained: {c.Key}: {c.Value.Example}"));
    }

    private static Verdict AskUs(byte[] body, out string rule)
    {
        using ChunkedDecoder decoder = new();
        StringBuilder payload = new();
        ReadOnlySpan<byte> source = body;
        while (decoder.Decode(source, out int consumed, out ChunkedElement element) == OperationStatus.Done && element.Kind != ChunkedElementKind.End)
        {
            payload.Append(Encoding.Latin1.GetString(element.Data));
            source = source[consumed..];
        }

        decoder.Complete();
        rule = decoder.Error == ChunkedProtocolError.None
            ? "ok"
            : decoder.Error == ChunkedProtocolError.UnexpectedEnd ? "incomplete" : decoder.Error.ToString();
        return new Verdict(rule is "ok" or "incomplete" ? rule : "error", payload.ToString());
    }

    private static async Task<Verdict> AskHttpClientAsync(byte[] body)
    {
        using SocketsHttpHandler handler = new() { ConnectCallback = (_, _) => new ValueTask<Stream>(new CannedStream(body)), UseProxy = false };
        using HttpClient client = new(handler);
        try
        {
            using HttpResponseMessage response = await client.GetAsync("http://memory/");
            return new Verdict("ok", Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync()));
        }
        catch (HttpRequestException exception)
        {
            return new Verdict(exception.HttpRequestError == HttpRequestError.ResponseEnded ? "incomplete" : "error", "");
        }
    }

    private static Verdict ParseVerdict(string line)
    {
        string[] parts = line.Split(' ', 2);
        return new Verdict(parts[0], parts[0] == "ok" ? Encoding.Latin1.GetString(Convert.FromBase64String(parts[1])) : "");
    }

    private static string Escape(byte[] body)
        => Encoding.Latin1.GetString(body)
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\r", "\\r", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
            .Replace("\0", "\\0", StringComparison.Ordinal);

    private static string FindNotes()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "WireProtocols.sln")))
        {
            folder = folder.Parent;
        }

        return Path.Combine(folder!.FullName, "spec-notes", "rfc9112-chunked.md");
    }

    private sealed record Verdict(string Kind, string Body);

    /// <summary>A connection on which one chunked response arrives, and then the end.</summary>
    private sealed class CannedStream(byte[] body) : Stream
    {
        private readonly MemoryStream _response = new([.. "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8, .. body]);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count) => _response.Read(buffer, offset, count);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
            => _response.ReadAsync(buffer, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count)
        {
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;

        public override void Flush()
        {
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
