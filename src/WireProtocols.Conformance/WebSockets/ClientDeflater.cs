using System.IO.Compression;

namespace WireProtocols.Conformance;

/// <summary>Compresses as an ordinary client does, with zlib: dynamic codes, and history where it is agreed on.</summary>
/// <param name="takesOver">Messages may refer to earlier ones.</param>
internal sealed class ClientDeflater(bool takesOver) : IDisposable
{
    private readonly MemoryStream _output = new();
    private DeflateStream? _stream;

    public byte[] Deflate(byte[] payload)
    {
        if (payload.Length == 0)
        {
            // An empty block, its tail removed.
            return [0];
        }

        if (!takesOver)
        {
            _stream?.Dispose();
            _stream = null;
        }

        _output.SetLength(0);
        _stream ??= new DeflateStream(_output, CompressionLevel.Optimal, leaveOpen: true);
        _stream.Write(payload);
        _stream.Flush();
        byte[] all = _output.ToArray();
        return all[..^4];
    }

    public void Dispose()
    {
        _stream?.Dispose();
        _output.Dispose();
    }
}
