using System.Runtime.CompilerServices;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// Pongs that wait because the output is busy. Under a flood of Pings the oldest are dropped: "it MAY elect to send a Pong frame for only the
/// most recently processed Ping frame" (RFC 6455 §5.5.3).
/// </summary>
internal sealed class WebSocketPendingPongs
{
    private const int MaxPongs = 32;

    private readonly Lock _gate = new();
    private PooledBuffer _payloads;
    private Lengths _lengths;
    private int _count;

    /// <summary>True where something waits.</summary>
    public bool Any => Volatile.Read(ref _count) > 0;

    /// <summary>Adds a Pong.</summary>
    public void Add(ReadOnlySpan<byte> payload)
    {
        lock (_gate)
        {
            if (_count == MaxPongs)
            {
                _payloads.Clear();
                _count = 0;
            }

            _payloads.Append(payload);
            _lengths[_count] = (byte)payload.Length;
            _count++;
        }
    }

    /// <summary>Writes what waits, in order.</summary>
    public void WriteTo(WebSocketFrameWriter writer)
    {
        lock (_gate)
        {
            ReadOnlySpan<byte> payloads = _payloads.Written;
            for (int index = 0; index < _count; index++)
            {
                writer.WriteFrame(WebSocketOpcode.Pong, payloads[.._lengths[index]]);
                payloads = payloads[_lengths[index]..];
            }

            _count = 0;
            _payloads.Release();
        }
    }

    [InlineArray(MaxPongs)]
    private struct Lengths
    {
        private byte _element;
    }
}
