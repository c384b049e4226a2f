using System.Text;
using WireProtocols.Cli;

namespace WireProtocols.Tests.Cli;

public class SseFormatTests
{
    private const string Canonical = ": hi\n\nretry: 5\n\nevent: x\nid: 1\ndata: a\ndata: \"日本\"\n\ndata: b\n\nid:\n\ndata:  c\n\nid: 9\n\n";

    [Fact]
    public async Task Rows_are_events_comments_reconnection_times_and_the_end()
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(
            Encoding.UTF8.GetBytes(": hi\nretry: 5\nevent: x\nid: 1\ndata: a\ndata: \"日本\"\r\n\r\ndata\n\ndata: cut"), "sse", "--json");
        Assert.Equal(ExitStatus.Ok, result.Status);
        Assert.Equal(
            [
                """{"kind":"comment","text":"hi"}""",
                """{"kind":"retry","milliseconds":5}""",
                """{"kind":"event","type":"x","data":"a\n\"日本\"","lastEventId":"1"}""",
                """{"kind":"event","type":"message","data":"","lastEventId":"1"}""",
                """{"kind":"end","lastEventId":"1","length":70}""",
            ],
            result.Lines);
    }

    [Fact]
    public async Task The_last_event_id_of_an_earlier_connection_can_be_given()
    {
        WireResult result = await Wire.RunAsync("data: a\n\n", "decode", "sse", "--json", "--last-event-id", "7");
        Assert.Equal("""{"kind":"event","type":"message","data":"a","lastEventId":"7"}""", result.Lines[0]);
        Assert.Equal(ExitStatus.Usage, (await Wire.RunAsync("", "decode", "sse", "--last-event-id", "a\nb")).Status);
    }

    [Fact]
    public async Task A_limit_that_is_hit_is_a_violation_with_the_option_that_raises_it()
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync(
            Encoding.ASCII.GetBytes($"data: a\n\ndata: {new string('x', 120)}\n\n"), "sse", "--json", "--max-element", "125");
        Assert.Equal(ExitStatus.Violation, result.Status);
        Assert.Equal(
            """{"kind":"error","code":"LineTooLong","offset":134"""
                + ""","message":"A line is no longer than MaxLineLength; --max-element raises the limit.","spec":"HTML §9.2.6"}""",
            result.Lines[^1]);
        Assert.Equal(2, result.Lines.Length);
    }

    [Fact]
    public async Task A_person_sees_text_that_cannot_harm_the_terminal()
    {
        WireResult result = await Wire.DecodeAtEveryReadSizeAsync("id: 1\ndata: a\u001b[2J\ndata: b\n\n:c\nretry: 7\ndata: cut"u8.ToArray(), "sse");
        Assert.Equal(
            """
            @0  event "message", 7 bytes
                last event ID: "1"
                data: "a\u{1b}[2J"
                data: "b"
            @27  comment "c"
            @30  reconnection time, 7 ms
            @48  end of the stream
                last event ID: "1"
                the event under way lacks its blank line and is discarded

            """,
            result.Text);
    }

    [Fact]
    public async Task A_preview_ends_where_max_payload_says_and_never_inside_a_character()
    {
        WireResult result = await Wire.RunAsync("data: aé日本\n\n", "decode", "sse", "--max-payload", "4");
        Assert.Contains("data: \"aé\"\n    … 6 bytes more", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Encode_is_the_inverse_of_decode_for_canonical_input()
    {
        WireResult rows = await Wire.RunAsync(Canonical, "decode", "sse", "--json");
        WireResult bytes = await Wire.RunAsync(rows.Output, "encode", "sse");
        Assert.Equal(Canonical, bytes.Text);
    }

    [Theory]
    [InlineData("""{"kind":"event","data":"a","type":"x\ny"}""")]
    [InlineData("""{"kind":"event","data":"a","lastEventId":"x\u0000"}""")]
    [InlineData("""{"kind":"comment","text":"a\nb"}""")]
    [InlineData("""{"kind":"retry","milliseconds":-1}""")]
    [InlineData("""{"kind":"frame"}""")]
    public async Task A_row_that_cannot_be_said_is_refused_and_nothing_is_written(string row)
    {
        WireResult result = await Wire.RunAsync(row, "encode", "sse");
        Assert.Equal((ExitStatus.Usage, 0), (result.Status, result.Output.Length));
        Assert.Contains("line 1", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_event_is_on_the_screen_before_anybody_waits_for_more()
    {
        System.IO.Pipelines.Pipe input = new();
        MemoryStream output = new();
        Task<int> run = WireTool.RunAsync(
            ["decode", "sse", "--json"],
            new WireProtocols.Cli.IO.ToolIO { Input = input.Reader.AsStream(), Output = output, Error = TextWriter.Null });
        await input.Writer.WriteAsync("data: a\r\r"u8.ToArray());
        await Until(() => output.Length > 0);
        Assert.StartsWith("""{"kind":"event",""", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
        await input.Writer.CompleteAsync();
        Assert.Equal(ExitStatus.Ok, await run);
    }

    private static async Task Until(Func<bool> condition)
    {
        while (!condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
