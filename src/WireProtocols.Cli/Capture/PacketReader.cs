namespace WireProtocols.Cli.Capture;

/// <summary>
/// Reads the packets of a capture, libpcap or pcapng in either byte order, from bytes in any split. What is incomplete is kept, up to a limit.
/// </summary>
/// <param name="maxBlock">The most bytes of a packet or block.</param>
internal sealed class PacketReader(int maxBlock)
{
    private const int MagicLength = 4;

    private byte[] _held = new byte[4096];
    private int _start;
    private int _end;
    private CaptureFile? _file;

    /// <summary>The rule that is broken; null as long as none is.</summary>
    public CaptureError? Error { get; private set; }

    /// <summary>The bytes taken so far: where the packet begins that is read next, or the block that breaks a rule.</summary>
    public long Position { get; private set; }

    /// <summary>Whether the input may end here.</summary>
    public bool IsAtBoundary => _start == _end && (_file is not null || Position == 0);

    /// <summary>The bytes that have come, those of an incomplete packet included.</summary>
    public long Length => Position + _end - _start;

    /// <summary>Takes in bytes.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        if (_held.Length - _end < bytes.Length)
        {
            _held.AsSpan(_start, _end - _start).CopyTo(_held);
            (_start, _end) = (0, _end - _start);
            if (_held.Length - _end < bytes.Length)
            {
                Array.Resize(ref _held, Math.Max(2 * _held.Length, _end + bytes.Length));
            }
        }

        bytes.CopyTo(_held.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>The next packet.</summary>
    /// <returns>False when more bytes are needed, or a rule is broken.</returns>
    public bool TryRead(out Packet packet)
    {
        packet = default;
        while (Error is null)
        {
            ReadOnlyMemory<byte> held = _held.AsMemory(_start, _end - _start);
            if (_file is null)
            {
                if (held.Length < MagicLength)
                {
                    return false;
                }

                _file = CaptureForms.Recognize(held.Span);
                Error = _file is null ? CaptureError.UnknownMagic : null;
                continue;
            }

            CaptureStep step = _file.Read(held, maxBlock);
            Error = step.Error;
            _start += step.Consumed;
            Position += step.Consumed;
            if (step.Packet is { } found)
            {
                packet = found;
                return true;
            }

            if (step.Consumed == 0)
            {
                return false;
            }
        }

        return false;
    }
}

/// <summary>What one look at the bytes of a capture gave.</summary>
/// <param name="Consumed">The bytes that are done with; 0 when more are needed.</param>
/// <param name="Packet">A packet, where they were one.</param>
/// <param name="Error">The rule that they break.</param>
internal readonly record struct CaptureStep(int Consumed, Packet? Packet = null, CaptureError? Error = null);

/// <summary>A form of capture files.</summary>
internal abstract class CaptureFile
{
    /// <summary>Reads the next header, block or packet.</summary>
    /// <param name="held">The bytes that are there.</param>
    /// <param name="maxBlock">The most bytes of a block.</param>
    public abstract CaptureStep Read(ReadOnlyMemory<byte> held, int maxBlock);
}
