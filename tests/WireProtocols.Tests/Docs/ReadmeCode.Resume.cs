using WireProtocols.Resume;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of docs/resume.md, where it compiles.</summary>
internal static class ReadmeResume
{
    public static ResumeServer CreateServer()
    {
        ResumeServer server = new(async (session, lost) =>
        {
            await foreach (ResumeMessage message in session.ReadAllAsync(lost))
            {
                await session.SendTextAsync($"You said {message.GetText()}.", lost);
            }
        });
        return server;
    }

    public static async Task ServeAsync(ResumeServer server, WebSocketConnection socket) => await server.RunAsync(socket);

    public static async Task<string> AskAsync(HttpClient http, Uri webSocketUri, Uri httpUri, Func<CancellationToken, ValueTask<string>> getToken)
    {
        await using ResumeClient client = new(
        [
            new WebSocketResumeTransport(webSocketUri, getToken: getToken),
            new EventStreamResumeTransport(http, httpUri, getToken),
            new LongPollResumeTransport(http, httpUri, getToken),
        ]);
        await client.SendTextAsync("hello");
        ResumeMessage? answer = await client.ReceiveAsync();
        await client.CloseAsync();
        return answer?.GetText() ?? "";
    }
}
