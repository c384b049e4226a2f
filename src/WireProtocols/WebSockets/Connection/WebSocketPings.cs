using System.Buffers.Binary;

namespace WireProtocols.WebSockets;

/// <summary>The Pings of this end's own: a number each, and the time that the peer took to answer the last one.</summary>
internal sealed class WebSocketPings(WebSocketSender sender, TimeProvider time) : IDisposable
{
    private const int PayloadLength = sizeof(long);

    private long _number;
    private long _sent;
    private long _latency = -1;
    private int _outstanding;

    /// <summary>True between a Ping and its Pong.</summary>
    public bool IsOutstanding => Volatile.Read(ref _outstanding) != 0;

    /// <summary>How long the peer took to answer; null before the first answer.</summary>
    public TimeSpan? Latency => Volatile.Read(ref _latency) is var ticks and >= 0 ? new TimeSpan(ticks) : null;

    /// <summary>Sends a Ping. False where the connection is closed.</summary>
    public async ValueTask<bool> SendAsync(CancellationToken cancellationToken)
        => await sender.EnterAsync(cancellationToken).ConfigureAwait(false) && await SendAndExitAsync(cancellationToken).ConfigureAwait(false);

    /// <summary>Sends a Ping if nobody holds the output: if somebody does, something is on its way anyway. Nobody waits for it.</summary>
    public void TrySend()
    {
        if (sender.TryEnter())
        {
            _ = SendAndExitAsync(CancellationToken.None).AsTask();
        }
    }

    /// <summary>A Pong has come. Only the answer to the last Ping counts: "it MAY elect to send a Pong frame for only the most recently processed
    /// Ping frame" (RFC 6455 §5.5.3).</summary>
    public void Accept(ReadOnlySpan<byte> payload)
    {
        if (payload.Length == PayloadLength && BinaryPrimitives.ReadInt64BigEndian(payload) == Volatile.Read(ref _number) && Forget())
        {
            Volatile.Write(ref _latency, time.GetElapsedTime(Volatile.Read(ref _sent)).Ticks);
        }
    }

    /// <summary>The connection has ended: no answer comes any more.</summary>
    public void Dispose() => Forget();

    private ValueTask<bool> SendAndExitAsync(CancellationToken cancellationToken)
    {
        Span<byte> payload = stackalloc byte[PayloadLength];
        BinaryPrimitives.WriteInt64BigEndian(payload, Interlocked.Increment(ref _number));
        Volatile.Write(ref _sent, time.GetTimestamp());
        if (!sender.TryWriteControl(WebSocketOpcode.Ping, payload))
        {
            sender.Exit();
            return new ValueTask<bool>(false);
        }

        if (Interlocked.Exchange(ref _outstanding, 1) == 0)
        {
            WebSocketMetrics.PingSent();
        }

        return sender.FlushAndExitAsync(hasTurn: false, cancellationToken);
    }

    private bool Forget()
    {
        bool wasOutstanding = Interlocked.Exchange(ref _outstanding, 0) != 0;
        if (wasOutstanding)
        {
            WebSocketMetrics.PingDone();
        }

        return wasOutstanding;
    }
}
