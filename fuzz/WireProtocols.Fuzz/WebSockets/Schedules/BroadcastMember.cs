using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.WebSockets;

namespace WireProtocols.Fuzz.WebSockets.Schedules;

/// <summary>A member of a broadcast: its connection, its peer, and what was said while it was there.</summary>
internal sealed class BroadcastMember : IDisposable
{
    private readonly IDuplexPipe _peer;
    private readonly WebSocketMessageDecoder _decoder = new(WebSocketRole.Server);
    private readonly List<byte> _message = [];
    private bool _isGone;

    public BroadcastMember(Random random, TimeProvider time)
    {
        int pause = random.Next(2) == 0 ? 64 : 1 << 16;
        (IDuplexPipe ours, _peer) = DuplexPipes.Create(new PipeOptions(
            readerScheduler: PipeScheduler.Inline,
            writerScheduler: PipeScheduler.Inline,
            pauseWriterThreshold: pause,
            resumeWriterThreshold: pause / 2,
            useSynchronizationContext: false));
        int faultyFlush = random.Next(5) == 0 ? random.Next(6) : -1;
        IsTroubled = faultyFlush >= 0;
        Connection = new WebSocketConnection(
            new ScheduledTransport(ours, faultyFlush, (ScheduledFault)random.Next(3)),
            WebSocketRole.Server,
            new WebSocketConnectionOptions
            {
                TimeProvider = time,
                KeepAliveInterval = TimeSpan.Zero,
                SendTimeout = Timeout.InfiniteTimeSpan,
                CloseTimeout = TimeSpan.FromSeconds(1),
            });
    }

    public WebSocketConnection Connection { get; }

    public WebSocketSubscription? Subscription { get; set; }

    public HashSet<string> Topics { get; } = [];

    /// <summary>The numbers of the messages that are for it.</summary>
    public List<int> Expected { get; } = [];

    /// <summary>The numbers of those that arrived.</summary>
    public List<int> Seen { get; } = [];

    /// <summary>It was closed or lost, or has left at some time: what waited for it then may not have arrived.</summary>
    public bool IsTroubled { get; set; }

    /// <summary>The peer reads what has come.</summary>
    public void Read()
    {
        while (!_isGone && TryRead(out ReadResult result))
        {
            foreach (ReadOnlyMemory<byte> segment in result.Buffer)
            {
                Decode(segment.Span);
            }

            _peer.Input.AdvanceTo(result.Buffer.End);
            _isGone = result.IsCompleted;
            if (result.Buffer.IsEmpty)
            {
                return;
            }
        }
    }

    /// <summary>The peer reads no more.</summary>
    public void Lose()
    {
        IsTroubled = true;
        if (!_isGone)
        {
            _isGone = true;
            _peer.Input.Complete();
        }

        _peer.Output.Complete();
    }

    /// <summary>The peer ends its side.</summary>
    public void EndPeer() => _peer.Output.Complete();

    public void Dispose() => _decoder.Dispose();

    private bool TryRead(out ReadResult result)
    {
        try
        {
            return _peer.Input.TryRead(out result);
        }
        catch (Exception exception) when (exception is WebSocketClosedException or IOException)
        {
            _isGone = true;
            result = default;
            return false;
        }
    }

    private void Decode(ReadOnlySpan<byte> bytes)
    {
        while (_decoder.Decode(bytes, out int consumed, out WebSocketMessagePart part) == OperationStatus.Done)
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
        int number = int.Parse(text.AsSpan(0, colon), CultureInfo.InvariantCulture);
        Schedule.Require(Seen.Count == 0 || number > Seen[^1], $"message {number} came behind {(Seen.Count == 0 ? -1 : Seen[^1])}");
        Schedule.Require(Expected.Contains(number), $"message {number} was not for this member");
        Seen.Add(number);
    }
}
