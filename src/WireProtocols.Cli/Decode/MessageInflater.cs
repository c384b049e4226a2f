using System.IO.Compression;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Decode;

/// <summary>
/// Inflates compressed messages (RFC 7692 §7.2.2), with the window kept from one to the next, which also suits a sender that does not use it.
/// The compressed message is here as a whole; the inflated one grows up to a limit.
/// </summary>
internal sealed class MessageInflater : IDisposable
{
    private readonly Feeder _feeder = new();
    private readonly MemoryStream _inflated = new();
    private readonly byte[] _piece = new byte[16 * 1024];
    private DeflateStream? _stream;

    /// <returns><see cref="WebSocketProtocolError.None"/>, <see cref="WebSocketProtocolError.MessageTooLarge"/> or
    /// <see cref="WebSocketProtocolError.InvalidCompression"/>; after the last two the window is lost.</returns>
    public WebSocketProtocolError Inflate(ReadOnlySpan<byte> compressed, int limit, out ReadOnlySpan<byte> inflated)
    {
        // "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the payload of the message."
        byte[] tailed = [.. compressed, 0x00, 0x00, 0xFF, 0xFF];
        _feeder.Begin(tailed);
        _inflated.SetLength(0);
        WebSocketProtocolError error = TryInflate(limit);
        if (error == WebSocketProtocolError.None && !_feeder.WasRead)
        {
            // The last message ended in a block with BFINAL set; a new stream of blocks begins.
            Restart();
            error = TryInflate(limit);
        }

        if (error != WebSocketProtocolError.None)
        {
            Restart();
        }

        inflated = _inflated.GetBuffer().AsSpan(0, (int)_inflated.Length);
        return error;
    }

    public void Dispose()
    {
        Restart();
        _feeder.Dispose();
        _inflated.Dispose();
    }

    private WebSocketProtocolError TryInflate(int limit)
    {
        _stream ??= new DeflateStream(_feeder, CompressionMode.Decompress, leaveOpen: true);
        try
        {
            while (_stream.Read(_piece) is > 0 and int count)
            {
                if (_inflated.Length + count > limit)
                {
                    return WebSocketProtocolError.MessageTooLarge;
                }

                _inflated.Write(_piece, 0, count);
            }

            return WebSocketProtocolError.None;
        }
        catch (InvalidDataException)
        {
            return WebSocketProtocolError.InvalidCompression;
        }
    }

    private void Restart()
    {
        _stream?.Dispose();
        _stream = null;
    }

    /// <summary>Hands a message to the stream, then ends; the next message goes on where it ended.</summary>
    private sealed class Feeder : MemoryStream
    {
        private byte[] _bytes = [];
        private int _at;

        public bool WasRead { get; private set; }

        public void Begin(byte[] bytes)
        {
            _bytes = bytes;
            _at = 0;
            WasRead = false;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            WasRead = true;
            int count = Math.Min(buffer.Length, _bytes.Length - _at);
            _bytes.AsSpan(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }
    }
}
