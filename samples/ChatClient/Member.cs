using WireProtocols.Resume;

namespace ChatClient;

/// <summary>Says what is typed, and shows what is said: each line once, whatever becomes of the connection.</summary>
public static class Member
{
    public static async Task RunAsync(Uri uri, string name, TextReader input, TextWriter output)
    {
        ResumeClientOptions options = new() { StateChanged = change => output.WriteLine($"[{change.State}]") };
        await using ResumeClient client = new(new WebSocketResumeTransport(uri), options);
        await client.SendTextAsync(name);
        Task showing = Task.Run(async () =>
        {
            await foreach (ResumeMessage message in client.ReadAllAsync())
            {
                await output.WriteLineAsync(message.GetText());
            }
        });
        while (await input.ReadLineAsync() is { } line)
        {
            await client.SendTextAsync(line);
        }

        await client.CloseAsync();
        await showing;
    }
}
