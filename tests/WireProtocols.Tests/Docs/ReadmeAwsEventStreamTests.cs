using System.IO.Pipelines;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about AWS event streams does what it says.</summary>
public sealed class ReadmeAwsEventStreamTests
{
    [Theory]
    [InlineData("chunks of a language model", "hi!")]
    [InlineData("the modeled error of the example", "modeledError: {\"message\":\"...\"}|")]
    public async Task Chunks_and_exceptions_are_read(string vector, string expected)
    {
        StringWriter output = new() { NewLine = "|" };
        byte[] body = Vector.Get("event-streams", vector).Bytes;
        await ReadmeAwsEventStreams.ReadAsync(PipeReader.Create(new MemoryStream(body)), output);
        Assert.Equal(expected, output.ToString());
    }

    [Fact]
    public async Task The_message_is_that_of_the_specification()
    {
        Pipe pipe = new();
        ReadmeAwsEventStreams.Write(pipe.Writer);
        await pipe.Writer.FlushAsync();
        ReadResult written = await pipe.Reader.ReadAsync();
        Assert.Equal(Vector.Get("event-streams", "the headers alone of the example").Bytes, System.Buffers.BuffersExtensions.ToArray(written.Buffer));
    }
}
