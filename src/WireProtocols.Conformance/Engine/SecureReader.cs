using System.Net.Security;

namespace WireProtocols.Conformance;

/// <summary>Reads TLS so that a wait can be given up: the read goes on, and the next wait has its bytes.</summary>
internal sealed class SecureReader(SslStream stream)
{
    private readonly byte[] _received = new byte[16 * 1024];
    private Task<int>? _reading;
    private int _start;
    private int _count;

    public SslStream Stream => stream;

    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken stop)
    {
        if (_start == _count)
        {
            _reading ??= stream.ReadAsync(_received, CancellationToken.None).AsTask();
            int count = await _reading.WaitAsync(stop);
            _reading = null;
            (_start, _count) = (0, count);
        }

        int taken = Math.Min(buffer.Length, _count - _start);
        _received.AsMemory(_start, taken).CopyTo(buffer);
        _start += taken;
        return taken;
    }
}
