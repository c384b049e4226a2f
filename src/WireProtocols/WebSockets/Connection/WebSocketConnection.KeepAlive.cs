using System.Buffers.Binary;

namespace WireProtocols.WebSockets;

/// <content>Pings of this end.</content>
public sealed partial class WebSocketConnection
{
    private const int PingLength = sizeof(long);

    private readonly WebSocketKeepAlive? _keepAlive;
    private long _pingNumber;
    private long _pingSent;
    private int _outstanding;

    /// <summary>True between a Ping of this end and its Pong.</summary>
    internal bool IsPingOutstanding => Volatile.Read(ref _outstanding) != 0;

    /// <summary>Sends the Ping of the keep-alive, unless the output is busy: then something is on its way anyway.</summary>
    internal void TryPing()
    {
        if (State == WebSocketConnectionState.Open && _sender.TryEnterPipe())
        {
            try
            {
                WritePing();
            }
            catch (Exception exception) when (IsTransportFailure(exception))
            {
                FailSend(exception.Message);
            }

            _sender.ExitPipe();
            _sender.TryFlush();
        }
    }

    /// <summary>The keep-alive waited long enough.</summary>
    internal void GiveUp() => Lose($"The peer was silent for {_options.KeepAliveTimeout.TotalSeconds} s after a Ping.");

    /// <summary>Writes a Ping of this end's own. The caller holds the pipe.</summary>
    private void WritePing()
    {
        Span<byte> payload = stackalloc byte[PingLength];
        BinaryPrimitives.WriteInt64BigEndian(payload, Interlocked.Increment(ref _pingNumber));
        Volatile.Write(ref _pingSent, Time.GetTimestamp());
        if (_sender.TryWriteControl(WebSocketOpcode.Ping, payload) && Interlocked.Exchange(ref _outstanding, 1) == 0)
        {
            WebSocketMetrics.PingSent();
        }
    }

    private void AcceptPong(ReadOnlySpan<byte> payload)
    {
        if (payload.Length == PingLength && BinaryPrimitives.ReadInt64BigEndian(payload) == Volatile.Read(ref _pingNumber) && ForgetPing())
        {
            Volatile.Write(ref _latency, Time.GetElapsedTime(Volatile.Read(ref _pingSent)).Ticks);
        }
    }

    private bool ForgetPing()
    {
        bool wasOutstanding = Interlocked.Exchange(ref _outstanding, 0) != 0;
        if (wasOutstanding)
        {
            WebSocketMetrics.PingDone();
        }

        return wasOutstanding;
    }
}
