using System.IO.Compression;
using WireProtocols.Buffers;

namespace WireProtocols.WebSockets;

/// <summary>
/// Deflates with the framework's public <see cref="DeflateStream"/>, where the platform's zlib is not to be had. That has a window of 32 KiB and no
/// other: a smaller one is kept to by a new stream for as much as fits in it, at a price in time and size. It allocates.
/// </summary>
/// <param name="windowBits">The size of the window to keep to, as its logarithm.</param>
/// <param name="level">zlib's level, 1 (fastest) to 9 (smallest).</param>
internal sealed class ManagedDeflater(int windowBits, int level) : WebSocketDeflater
{
    private readonly ZLibCompressionOptions _options = new() { CompressionLevel = level };
    private readonly int _maxRun = windowBits == WebSocketDeflateParameters.MaxWindowBits ? int.MaxValue : 1 << windowBits;
    private readonly MemoryStream _deflated = new();
    private DeflateStream? _stream;
    private int _run;

    private static ReadOnlySpan<byte> EmptyBlock => [0x00, 0x00, 0x00, 0xFF, 0xFF];

    /// <inheritdoc/>
    public override void Forget()
    {
        _stream?.Dispose();
        _stream = null;
    }

    /// <inheritdoc/>
    public override void Dispose() => Forget();

    /// <inheritdoc/>
    protected override void DeflateAndFlush(ReadOnlySpan<byte> piece, bool forgets, ref PooledBuffer destination)
    {
        if (piece.IsEmpty)
        {
            // Every flush ends at a whole byte, so that any block may follow.
            destination.Append(EmptyBlock);
        }

        while (!piece.IsEmpty)
        {
            if (_stream is null || _run == _maxRun)
            {
                Forget();
                _stream = new DeflateStream(_deflated, _options, leaveOpen: true);
                _run = 0;
            }

            int length = Math.Min(piece.Length, _maxRun - _run);
            _deflated.SetLength(0);
            _stream.Write(piece[..length]);
            _stream.Flush();
            destination.Append(_deflated.GetBuffer().AsSpan(0, (int)_deflated.Length));
            piece = piece[length..];
            _run = _maxRun == int.MaxValue ? 0 : _run + length;
        }

        if (forgets)
        {
            Forget();
        }
    }
}
