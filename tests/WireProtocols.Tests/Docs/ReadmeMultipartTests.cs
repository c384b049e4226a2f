using System.IO.Pipelines;
using System.Text;
using WireProtocols.Multipart;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about multipart bodies does what it says.</summary>
public sealed class ReadmeMultipartTests
{
    [Fact]
    public async Task The_files_of_a_form_are_read()
    {
        byte[] body = Encoding.ASCII.GetBytes(
            "--x\r\nContent-Disposition: form-data; name=\"a\"; filename=\"b.txt\"\r\n\r\n12345\r\n"
            + "--x\r\nContent-Disposition: form-data; name=\"c\"\r\n\r\n\r\n--x--\r\n");
        StringWriter output = new() { NewLine = "|" };
        await ReadmeMultipart.ReadAsync("multipart/form-data; boundary=x", PipeReader.Create(new MemoryStream(body)), output);
        Assert.Equal("a (b.txt): 5 bytes|c (): 0 bytes|", output.ToString());
        await Assert.ThrowsAsync<FormatException>(() => ReadmeMultipart.ReadAsync("text/plain", PipeReader.Create(new MemoryStream()), output));
    }

    [Fact]
    public async Task Pictures_are_written_one_behind_the_other()
    {
        using MemoryStream stream = new();
        MultipartBoundary boundary = new("x");
        await ReadmeMultipart.WriteAsync(PipeWriter.Create(stream), boundary, PicturesAsync());
        Assert.Equal(
            "--x\r\nContent-Type: image/jpeg\r\n\r\none\r\n--x\r\nContent-Type: image/jpeg\r\n\r\ntwo", Encoding.ASCII.GetString(stream.ToArray()));
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> PicturesAsync()
    {
        yield return "one"u8.ToArray();
        await Task.Yield();
        yield return "two"u8.ToArray();
    }
}
