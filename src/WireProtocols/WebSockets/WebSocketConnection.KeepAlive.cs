using System.Buffers.Binary;

namespace WireProtocols.WebSockets;

/// <content>Pings of this end.</content>
public sealed partial class WebSocketConnection
{
    private const int PingLength = sizeof(long);

    private readonly WebSocketKeepAlive? _keepAlive;
    private long _pingNumber;
    private long _pingSent;

    /// <summary>True between a Ping of this end and its Pong.</summary>
    internal bool IsPingOutstanding { get; private set; }

    /// <summary>Sends the Ping of the keep-alive, unless the output is busy: then something is on its way anyway.</summary>
    internal void TryPing()
    {
        if (State == WebSocketConnectionState.Open && _sender.TryEnterPipe())
        {
            _sender.WriteControl(WebSocketOpcode.Ping, BeginPing());
            _sender.ExitPipe();
            _sender.TryFlush();
        }
    }

    /// <summary>The keep-alive waited long enough.</summary>
    internal void GiveUp() => Lose($"The peer was silent for {_options.KeepAliveTimeout.TotalSeconds} s after a Ping.");

    private byte[] BeginPing()
    {
        byte[] payload = new byte[PingLength];
        BinaryPrimitives.WriteInt64BigEndian(payload, Interlocked.Increment(ref _pingNumber));
        Volatile.Write(ref _pingSent, Time.GetTimestamp());
        IsPingOutstanding = true;
        WebSocketMetrics.PingSent();
        return payload;
    }

    private void AcceptPong(ReadOnlySpan<byte> payload)
    {
        if (IsPingOutstanding && payload.Length == PingLength && BinaryPrimitives.ReadInt64BigEndian(payload) == Volatile.Read(ref _pingNumber))
        {
            Latency = Time.GetElapsedTime(Volatile.Read(ref _pingSent));
            IsPingOutstanding = false;
            WebSocketMetrics.PingAnswered();
        }
    }
}
