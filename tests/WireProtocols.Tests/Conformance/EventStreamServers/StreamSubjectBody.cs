using System.Globalization;
using System.IO.Compression;
using System.Text;
using static WireProtocols.Tests.Conformance.EventStreamServers.StreamDefect;

namespace WireProtocols.Tests.Conformance.EventStreamServers;

/// <summary>How the subject frames and flushes what it writes.</summary>
internal sealed class StreamSubjectBody(StreamDefect defect, Stream stream, bool isChunked, bool isPacked) : IDisposable
{
    private readonly List<byte> _held = [];
    private readonly MemoryStream _packed = new();
    private GZipStream? _gzip;
    private int _flushes;

    public string? HeldHead { get; set; }

    /// <summary>Writes what belongs together, and sends it.</summary>
    public async Task WriteAsync(byte[] bytes, CancellationToken stop)
    {
        if (isPacked)
        {
            _gzip ??= new GZipStream(_packed, CompressionLevel.Fastest, leaveOpen: true);
            _gzip.Write(bytes);
            if (defect == GzipHeld)
            {
                return;
            }

            _gzip.Flush();
            bytes = TakePacked();
        }

        switch (defect)
        {
            case AllAtEnd:
                _held.AddRange(bytes);
                return;
            case EmptyLineLater:
                await SendAsync([.. _held, .. bytes[..^1]], stop);
                _held.Clear();
                _held.Add(bytes[^1]);
                return;
            case Blocks:
                _held.AddRange(bytes);
                while (_held.Count >= 50)
                {
                    await SendAsync([.. _held[..50]], stop);
                    _held.RemoveRange(0, 50);
                }

                return;
            case Batches:
                _held.AddRange(bytes);
                if (_flushes++ % 3 == 0)
                {
                    await SendAsync([.. _held], stop);
                    _held.Clear();
                }

                return;
            default:
                await SendAsync(bytes, stop);
                return;
        }
    }

    public async Task EndAsync(CancellationToken stop)
    {
        if (_gzip is not null)
        {
            await _gzip.DisposeAsync();
            await SendAsync(TakePacked(), stop);
        }

        if (_held.Count > 0)
        {
            await SendAsync([.. _held], stop);
        }

        string end = defect switch
        {
            NoLastChunk => "",
            NoEmptyLineAtEnd => "0\r\n",
            BytesBehindEnd => "0\r\n\r\n\r\ntrailing",
            ChunksUnsaid => "0\r\n\r\n",
            _ => isChunked ? "0\r\n\r\n" : "",
        };
        await stream.WriteAsync(Encoding.ASCII.GetBytes(defect == NotChunked ? "" : end), stop);
    }

    public void Dispose() => _packed.Dispose();

    private byte[] TakePacked()
    {
        byte[] bytes = _packed.ToArray();
        _packed.SetLength(0);
        return bytes;
    }

    private async Task SendAsync(byte[] bytes, CancellationToken stop)
    {
        if (bytes.Length == 0)
        {
            return;
        }

        byte[] head = HeldHead is { } held ? Encoding.Latin1.GetBytes(held) : [];
        HeldHead = null;
        byte[] framed = defect == NotChunked ? bytes
            : defect == ChunksInChunks ? Chunk(Chunk(bytes))
            : isChunked || defect == ChunksUnsaid ? Chunk(bytes) : bytes;
        await stream.WriteAsync((byte[])[.. head, .. framed, .. defect == EmptyChunk && _flushes++ == 2 ? "0\r\n\r\n"u8.ToArray() : []], stop);
    }

    private byte[] Chunk(byte[] bytes)
    {
        int size = defect == SizesInCharacters ? Encoding.UTF8.GetCharCount(bytes) : bytes.Length;
        string text = defect switch
        {
            DecimalSizes => size.ToString(CultureInfo.InvariantCulture),
            PrefixedSizes => $"0x{size:x}",
            SpaceBehindSize => $"{size:x} ",
            _ => size.ToString("x", CultureInfo.InvariantCulture),
        };
        return [.. Encoding.ASCII.GetBytes(text), .. defect == BareLfBehindSize ? "\n"u8 : "\r\n"u8, .. bytes,
            .. defect == NoLineEndBehindChunk ? [] : "\r\n"u8];
    }
}
