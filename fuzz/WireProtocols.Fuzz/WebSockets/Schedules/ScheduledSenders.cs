using System.IO.Pipelines;
using System.Text;
using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets.Schedules;

/// <summary>Sends of the connection, whole and in pieces, and what of them arrives at the peer: whole messages, each once, in the order of the
/// calls.</summary>
public sealed class ScheduledSenders(WebSocketConnection connection, PipeReader peer, WebSocketRole role) : IDisposable
{
    private readonly WebSocketMessageDecoder _decoder = new(role);
    private readonly List<byte> _message = [];
    private readonly List<CancellationTokenSource> _cancels = [];
    private int _started;
    private int _next;
    private bool _isOver;

    /// <summary>The sends so far.</summary>
    public List<Task> Pending { get; } = [];

    public void Start(Random random)
    {
        CancellationTokenSource cancel = new();
        _cancels.Add(cancel);
        byte[] text = Encoding.UTF8.GetBytes($"{_started++}:{new string('y', random.Next(0, 60))}.");
        Pending.Add(WatchAsync(random.Next(3) switch
        {
            0 => SendPiecesAsync(text, random.Next(1, text.Length), cancel.Token),
            1 => connection.SendAsync(WebSocketOpcode.Text, text, flush: false, cancel.Token).AsTask(),
            _ => connection.SendAsync(WebSocketOpcode.Text, text, flush: true, cancel.Token).AsTask(),
        }));
    }

    public void Ping() => Pending.Add(WatchAsync(connection.PingAsync().AsTask()));

    public void Cancel(Random random)
    {
        if (_cancels.Count > 0)
        {
            _cancels[random.Next(_cancels.Count)].Cancel();
        }
    }

    /// <summary>The peer reads what has come.</summary>
    public void ReadAtPeer()
    {
        while (!_isOver && TryRead(out ReadResult result))
        {
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
            {
                Decode(segment.Span);
            }

            peer.AdvanceTo(result.Buffer.End);
            _isOver = result.IsCompleted;
            if (result.Buffer.IsEmpty)
            {
                return;
            }
        }
    }

    public void Dispose() => _decoder.Dispose();

    /// <summary>The peer is gone.</summary>
    public void Leave()
    {
        _isOver = true;
        peer.Complete();
    }

    private bool TryRead(out ReadResult result)
    {
        try
        {
            return peer.TryRead(out result);
        }
        catch (WebSocketClosedException)
        {
            // The connection has dropped the transport.
            result = default;
            return false;
        }
    }

    private void Decode(ReadOnlySpan<byte> bytes)
    {
        while (_decoder.Decode(bytes, out int consumed, out WebSocketMessagePart part) is var status && status == System.Buffers.OperationStatus.Done)
        {
            bytes = bytes[consumed..];
            if (part.Opcode is WebSocketOpcode.Ping or WebSocketOpcode.Pong or WebSocketOpcode.Close)
            {
                continue;
            }

            _message.AddRange(part.Payload);
            if (part.IsLast)
            {
                Accept(Encoding.UTF8.GetString([.. _message]));
                _message.Clear();
            }
        }

        Schedule.Require(_decoder.Error == WebSocketProtocolError.None, $"What went out is {_decoder.Error}.");
    }

    private void Accept(string text)
    {
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        Schedule.Require(colon > 0 && text.EndsWith('.'), $"'{text}' is not whole.");
        int number = int.Parse(text[..colon], System.Globalization.CultureInfo.InvariantCulture);
        Schedule.Require(number >= _next, $"'{text}' went out twice, or too late.");
        _next = number + 1;
    }

    private async Task SendPiecesAsync(byte[] text, int cut, CancellationToken cancellationToken)
    {
        await using WebSocketMessageSender message = await connection.BeginMessageAsync(WebSocketOpcode.Text, cancellationToken);
        await message.WriteAsync(text.AsMemory(0, cut), isLast: false, flush: true, cancellationToken);
        await message.WriteAsync(text.AsMemory(cut), isLast: true, flush: true, cancellationToken);
    }

    private static async Task WatchAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketClosedException)
        {
            // Cancelled, or the end.
        }
    }
}
