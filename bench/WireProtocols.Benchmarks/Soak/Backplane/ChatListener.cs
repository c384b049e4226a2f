using System.Globalization;
using WireProtocols.WebSockets;

namespace WireProtocols.Benchmarks.Soak.Backplane;

/// <summary>A member of the chat, whose messages are numbers. It stays with its server, and is done when that is gone.</summary>
public sealed class ChatListener : IAsyncDisposable
{
    private readonly WebSocketConnection _connection;
    private readonly Task _running;

    private ChatListener(WebSocketConnection connection)
    {
        _connection = connection;
        _running = Task.Run(RunAsync);
    }

    public SeenNumbers Seen { get; } = new();

    /// <summary>Whether its server is gone.</summary>
    public bool HasEnded => _running.IsCompleted;

    public static async Task<ChatListener> ConnectAsync(Uri server)
        => new(await WebSocketClient.ConnectAsync(new UriBuilder(server) { Scheme = "ws", Path = "/ws/chat" }.Uri));

    /// <summary>Says a number to all.</summary>
    public ValueTask SayAsync(int number) => _connection.SendTextAsync(number.ToString(CultureInfo.InvariantCulture));

    public async ValueTask DisposeAsync()
    {
        await _connection.DisposeAsync();
        await _running;
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _connection.ReceiveAsync() is { } message)
            {
                using (message)
                {
                    Seen.Add(int.Parse(message.GetText(), CultureInfo.InvariantCulture));
                }
            }
        }
        catch (Exception exception) when (exception is IOException or WireProtocolException or OperationCanceledException)
        {
            // It is gone.
        }
    }
}
