using System.Globalization;
using System.Threading.Channels;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Serve.Chat;

/// <summary>
/// A member of the chat, with the messages that wait for it. One that lets too many of them wait for too long is dropped, and told why.
/// </summary>
internal sealed class ChatMember : IAsyncDisposable
{
    /// <summary>How many bytes of messages may wait; they are shared with the other members.</summary>
    private const int MaxWaiting = 4 * 1024 * 1024;

    /// <summary>What a waiting message counts besides its payload.</summary>
    private const int MessageCost = 64;

    /// <summary>How many bytes are written between two flushes.</summary>
    private const int BatchSize = 64 * 1024;

    private readonly WebSocketConnection _socket;
    private readonly ServeConnection _connection;
    private readonly ServeSettings _settings;
    private readonly Channel<WebSocketPreparedMessage> _messages = Channel.CreateUnbounded<WebSocketPreparedMessage>(new() { SingleReader = true });
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly Task _sending;
    private long _waiting;
    private TaskCompletionSource? _room;
    private Task? _dropping;

    public ChatMember(WebSocketConnection socket, ServeConnection connection, ServeSettings settings)
    {
        _socket = socket;
        _connection = connection;
        _settings = settings;
        _sending = SendAsync();
    }

    /// <summary>Gives the member a message.</summary>
    /// <returns>False when too much waits for it already.</returns>
    public bool TryPost(WebSocketPreparedMessage message)
    {
        lock (_lock)
        {
            if (_waiting > MaxWaiting)
            {
                return _dropping is not null;
            }

            _waiting += CostOf(message);
        }

        _messages.Writer.TryWrite(message);
        return true;
    }

    /// <summary>Gives the member a message when it has room; drops it when it has none for too long. One broadcast at a time.</summary>
    public async Task PostAsync(WebSocketPreparedMessage message)
    {
        try
        {
            await WhenRoom().WaitAsync(_settings.ChatPatience, _settings.Time);
            TryPost(message);
        }
        catch (TimeoutException)
        {
            lock (_lock)
            {
                _dropping ??= DropAsync();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _messages.Writer.TryComplete();
        await _end.CancelAsync();
        await _sending;
        await (_dropping ?? Task.CompletedTask);
        _end.Dispose();
    }

    private static long CostOf(WebSocketPreparedMessage message) => message.Frame.Payload.Length + MessageCost;

    private async Task DropAsync()
    {
        string reason = string.Create(CultureInfo.InvariantCulture, $"Too slow: {MaxWaiting} bytes waited for {_settings.ChatPatience.TotalSeconds} s.");
        try
        {
            await _socket.CloseAsync(WebSocketCloseCode.PolicyViolation, reason);
        }
        catch (IOException)
        {
            // It went by itself.
        }
    }

    private async Task SendAsync()
    {
        try
        {
            while (await _messages.Reader.WaitToReadAsync(_end.Token))
            {
                long batch = 0;
                while (batch < BatchSize && _messages.Reader.TryRead(out WebSocketPreparedMessage? message))
                {
                    await _socket.SendAsync(message, flush: false, _end.Token);
                    batch += CostOf(message);
                    Settle(CostOf(message));
                }

                // Nothing waits in the connection, so that all that waits is counted here.
                await _socket.FlushAsync(_end.Token);
                await _connection.WaitUntilDrainedAsync().WaitAsync(_end.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // It is gone, or going; whoever receives from it knows.
        }
    }

    private void Settle(long cost)
    {
        lock (_lock)
        {
            _waiting -= cost;
            if (_waiting <= MaxWaiting)
            {
                _room?.TrySetResult();
                _room = null;
            }
        }
    }

    private Task WhenRoom()
    {
        lock (_lock)
        {
            if (_waiting <= MaxWaiting)
            {
                return Task.CompletedTask;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }
}
