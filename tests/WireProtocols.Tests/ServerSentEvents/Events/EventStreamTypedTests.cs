using System.Text;
using System.Text.Json;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Tests.ServerSentEvents;

public sealed class EventStreamTypedTests
{
    [Fact]
    public async Task Data_become_values_until_the_terminator()
    {
        using EventStreamReader reader = Over(
            "event: a\nid: 1\ndata: {\"Text\":\"x\"}\n\n: ping\n\ndata: {\ndata: \"Text\":\"y\"}\n\ndata: [DONE]\n\ndata: not read\n\n");
        List<EventStreamResult<Token>> tokens = await ReadAsync(reader, "[DONE]");
        Assert.Equal(
            [("a", new Token("x"), "1"), ("message", new Token("y"), "1")],
            tokens.Select(t => (t.Type, t.GetValueOrThrow()!, t.LastEventId)));
    }

    [Fact]
    public async Task Without_a_terminator_the_end_of_the_stream_ends_the_values()
    {
        using EventStreamReader reader = Over("data: {\"Text\":\"x\"}\n\ndata: null\n\n");
        List<EventStreamResult<Token>> tokens = await ReadAsync(reader);
        Assert.Equal([new Token("x"), null], tokens.Select(t => t.Value));
    }

    [Fact]
    public async Task A_stream_that_ends_without_its_terminator_is_cut_off()
    {
        using EventStreamReader reader = Over("data: {\"Text\":\"x\"}\n\n");
        EventStreamProtocolException e = await Assert.ThrowsAsync<EventStreamProtocolException>(
            async () => await reader.ReadAllAsync(EventStreamJson.Default.Token, "[DONE]").CountAsync(TestContext.Current.CancellationToken));
        Assert.Equal((EventStreamProtocolError.UnexpectedEnd, 20L), (e.Error, e.Offset));
    }

    [Fact]
    public async Task Data_that_are_not_JSON_are_an_error_of_their_event_and_the_stream_goes_on()
    {
        using EventStreamReader reader = Over("data: {\"Text\":\"x\"}\n\ndata: {\"Text\n\ndata: {\"Text\":\"y\"}\n\n");
        List<EventStreamResult<Token>> tokens = await ReadAsync(reader);
        Assert.Equal([new Token("x"), null, new Token("y")], tokens.Select(t => t.Value));
        EventStreamProtocolException e = Assert.Throws<EventStreamProtocolException>(() => tokens[1].GetValueOrThrow());
        Assert.Equal((EventStreamProtocolError.InvalidJson, 20L), (e.Error, e.Offset));
        Assert.IsType<JsonException>(e.InnerException, exactMatch: false);
    }

    private static async Task<List<EventStreamResult<Token>>> ReadAsync(EventStreamReader reader, string? terminator = null)
        => await reader.ReadAllAsync(EventStreamJson.Default.Token, terminator).ToListAsync(TestContext.Current.CancellationToken);

    private static EventStreamReader Over(string stream) => new(new MemoryStream(Encoding.UTF8.GetBytes(stream)));
}
