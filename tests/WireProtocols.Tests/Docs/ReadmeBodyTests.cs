using System.IO.Pipelines;
using System.Text;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about bodies does what it says.</summary>
public sealed class ReadmeBodyTests
{
    [Fact]
    public async Task Bodies_are_read_one_after_the_other()
    {
        StringWriter output = new() { NewLine = "|" };
        await ReadmeBodies.BodyAsync(
            Pipe(
                "PUT /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhiPOST /b HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n"
                    + "hello\r\n0\r\n\r\n"),
            output);
        Assert.Equal("PUT /a: hi|POST /b: hello|", output.ToString());
    }

    [Fact]
    public async Task Chunks_are_seen()
    {
        StringWriter output = new() { NewLine = "|" };
        await ReadmeBodies.ChunksAsync(Pipe("5;a=b\r\nhello\r\n0\r\n\r\n"), output);
        Assert.Equal("Chunk at byte 0, a=b: hello|Chunk at byte 14, : |", output.ToString());
    }

    [Fact]
    public async Task Records_are_written_as_chunks_and_read_from_them()
    {
        Pipe pipe = new();
        await ReadmeBodies.WriteAsync(pipe.Writer);
        Assert.True(pipe.Reader.TryRead(out ReadResult result));
        Assert.Equal(
            "31\r\n{\"id\":1,\"name\":\"a line, and a chunk of its own\"}\n\r\n9\r\n{\"id\":2}\n\r\n0\r\nX-Records: 2\r\n\r\n",
            Encoding.UTF8.GetString(result.Buffer));
        pipe.Reader.AdvanceTo(result.Buffer.Start);
        StringWriter output = new() { NewLine = "|" };
        await ReadmeBodies.RecordsAsync(pipe.Reader, output);
        await ReadmeBodies.RecordsAsync(Pipe("5\r\nnope\n\r\n9\r\n{\"id\":3}\n\r\n0\r\n\r\n"), output);
        Assert.Equal("1|2|line 1: InvalidJson at byte 1|3|", output.ToString());
    }

    private static PipeReader Pipe(string text) => PipeReader.Create(new MemoryStream(Encoding.Latin1.GetBytes(text)));
}
