using System.Buffers;
using System.Text;
using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets.Schedules;

/// <summary>
/// A receiver that uses one way to receive after the other, and holds what it gets against what was sent: every message is whole, comes once, and
/// in order.
/// </summary>
/// <param name="connection">What is received from.</param>
/// <param name="input">What was sent.</param>
/// <param name="isAlone">Whether nobody closes the connection on another thread. Somebody who does ends the use of a part that
/// <see cref="WebSocketConnection.TryRead"/> has lent, so there the receiver takes copies only.</param>
public sealed class ScheduledReceiver(WebSocketConnection connection, ScheduledInput input, bool isAlone) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _pieces = new();
    private CancellationTokenSource? _cancel;
    private int _next;

    /// <summary>The receive that is under way.</summary>
    public Task Pending { get; private set; } = Task.CompletedTask;

    /// <summary>How many messages have come.</summary>
    public int Received { get; private set; }

    /// <summary>Starts a receive, in one of the ways that fit.</summary>
    public void Start(Random random)
    {
        if (!Pending.IsCompleted)
        {
            return;
        }

        Pending.GetAwaiter().GetResult();
        _cancel = new CancellationTokenSource();

        // Who has the beginning of a message in pieces takes the rest so too.
        int way = _pieces.WrittenCount > 0 ? random.Next(1, 5) : random.Next(5);
        Pending = Watch(way switch
        {
            0 => ReceiveWholeAsync(_cancel.Token),
            1 => ReceivePiecesAsync(_cancel.Token),
            2 when isAlone => ReadPartsAsync(_cancel.Token),
            4 when isAlone => TryReadParts(),
            _ => ReceiveBytesAsync(random.Next(1, 20), _cancel.Token),
        });
    }

    public void Cancel() => _cancel?.Cancel();

    public void Dispose() => _cancel?.Dispose();

    private async Task ReceiveWholeAsync(CancellationToken cancellationToken)
    {
        using OwnedWebSocketMessage? message = await connection.ReceiveAsync(cancellationToken);
        if (message is not null)
        {
            Accept(message.GetText());
        }
    }

    private async Task ReceivePiecesAsync(CancellationToken cancellationToken)
    {
        if (await connection.ReceiveAsync(_pieces, cancellationToken) is not null)
        {
            AcceptPieces();
        }
    }

    private async Task ReceiveBytesAsync(int most, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[most];
        if (await connection.ReceiveAsync(buffer.AsMemory(), cancellationToken) is { } received)
        {
            _pieces.Write(buffer.AsSpan(0, received.Count));
            if (received.IsLast)
            {
                AcceptPieces();
            }
        }
    }

    private async Task ReadPartsAsync(CancellationToken cancellationToken)
    {
        while (await connection.WaitToReadAsync(cancellationToken))
        {
            await TryReadParts();
        }
    }

    private Task TryReadParts()
    {
        while (connection.TryRead(out WebSocketMessagePart part))
        {
            Schedule.Require((_pieces.WrittenCount == 0) == part.IsFirst, "The first piece is said to be the first.");
            _pieces.Write(part.Payload);
            if (part.IsLast)
            {
                AcceptPieces();
            }
        }

        return Task.CompletedTask;
    }

    private void AcceptPieces()
    {
        string text = Encoding.UTF8.GetString(_pieces.WrittenSpan);
        _pieces.ResetWrittenCount();
        Accept(text);
    }

    private void Accept(string text)
    {
        int number = input.Messages.IndexOf(text);
        Schedule.Require(number >= 0, $"'{text}' was never sent.");
        Schedule.Require(number >= _next, $"'{text}' came twice, or too late.");
        _next = number + 1;
        Received++;
    }

    private static async Task Watch(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketClosedException or WebSocketProtocolException)
        {
            // Cancelled, or the end: that is no message.
        }
    }
}
