using System.IO.Pipelines;
using System.Text;
using WireProtocols.ServerSentEvents;
using WireProtocols.Tests.ServerSentEvents;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about event streams, where it compiles.</summary>
internal static class ReadmeEventStreams
{
    public static async Task ReadAsync(Stream stream, TextWriter output)
    {
        using EventStreamReader reader = new(stream);
        await foreach (ServerSentEvent next in reader.ReadAllAsync())
        {
            output.WriteLine($"{next.Type}: {next.Data}");
        }
    }

    public static async Task ElementsAsync(PipeReader pipe, TextWriter output)
    {
        using EventStreamReader reader = new(pipe, new EventStreamOptions { MaxLineLength = 64 * 1024 });
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out EventStreamElement element))
            {
                output.WriteLine($"{element.Kind} at byte {element.Offset}: {Encoding.UTF8.GetString(element.Data)}");
            }
        }
    }

    public static async Task ClientAsync(HttpClient http, Uri api, string prompt, TextWriter output)
    {
        await using EventStreamClient client = new(http, () => new HttpRequestMessage(HttpMethod.Post, api) { Content = new StringContent(prompt) });
        await foreach (EventStreamResult<Token> next in client.ReadAllAsync(EventStreamJson.Default.Token, terminator: "[DONE]"))
        {
            output.Write(next.Value?.Text);
        }
    }

    public static async Task WriteAsync(PipeWriter pipe)
    {
        await using EventStreamWriter writer = new(pipe, new EventStreamWriterOptions { HeartbeatInterval = TimeSpan.FromSeconds(15) });
        await writer.WriteEventAsync("two lines\nof text", type: "note", id: "1");
        await writer.WriteJsonAsync(new Token("as JSON"), EventStreamJson.Default.Token);
    }

    public static async Task ResumeAsync(EventStreamBroadcaster broadcaster, EventStreamWriter writer, string? lastEventId, CancellationToken stop)
    {
        using EventStreamSubscription subscription = broadcaster.Subscribe(lastEventId);
        if (subscription.Replay == EventStreamReplay.Gone)
        {
            await writer.WriteEventAsync("what you missed is gone", type: "reset", cancellationToken: stop);
        }

        await subscription.RunAsync(writer, stop);
    }
}
