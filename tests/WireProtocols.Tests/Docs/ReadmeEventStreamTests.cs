using System.IO.Pipelines;
using System.Text;
using WireProtocols.ServerSentEvents;
using WireProtocols.Tests.ServerSentEvents;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about event streams does what it says.</summary>
public sealed class ReadmeEventStreamTests
{
    [Fact]
    public async Task Reading_gives_events_and_elements()
    {
        byte[] stream = ": ping\n\nevent: note\ndata: two lines\ndata: of text\n\n"u8.ToArray();
        StringWriter output = new() { NewLine = "|" };
        await ReadmeEventStreams.ReadAsync(new MemoryStream(stream), output);
        await ReadmeEventStreams.ElementsAsync(PipeReader.Create(new MemoryStream(stream)), output);
        Assert.Equal("note: two lines\nof text|Comment at byte 0: ping|Event at byte 8: two lines\nof text|", output.ToString());
    }

    [Fact]
    public async Task The_client_reads_tokens_to_the_terminator()
    {
        ScriptedHandler server = new(ScriptedHandler.Stream("data: {\"Text\":\"a\"}\n\ndata: {\"Text\":\"b\"}\n\ndata: [DONE]\n\n"));
        StringWriter output = new();
        await ReadmeEventStreams.ClientAsync(new HttpClient(server), new Uri("http://localhost"), "prompt", output);
        Assert.Equal("ab", output.ToString());
        Assert.Equal("prompt", Assert.Single(server.Requests).Body);
    }

    [Fact]
    public async Task Writing_and_resuming_give_the_bytes()
    {
        Pipe pipe = new();
        await ReadmeEventStreams.WriteAsync(pipe.Writer);
        EventStreamBroadcaster broadcaster = new();
        string id = broadcaster.Publish("news");
        broadcaster.Complete();
        await using EventStreamWriter writer = new(pipe.Writer);
        await ReadmeEventStreams.ResumeAsync(broadcaster, writer, id, CancellationToken.None);
        await ReadmeEventStreams.ResumeAsync(broadcaster, writer, "unknown", CancellationToken.None);
        Assert.True(pipe.Reader.TryRead(out ReadResult result));
        Assert.Equal(
            "event: note\nid: 1\ndata: two lines\ndata: of text\n\ndata: {\"Text\":\"as JSON\"}\n\nevent: reset\ndata: what you missed is gone\n\n",
            Encoding.UTF8.GetString(result.Buffer));
    }
}
