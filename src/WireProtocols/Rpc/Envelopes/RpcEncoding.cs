using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace WireProtocols.Rpc;

/// <summary>An encoding of messages, by its name in the fields of HTTP. Each message is compressed by itself.</summary>
/// <remarks>A message that is cut short is none: of the three that come with the platform this is checked, of gzip in one member a message.</remarks>
public sealed class RpcEncoding
{
    private const int CopySize = 4096;

    private readonly Func<ReadOnlyMemory<byte>, int, byte[]?> _decompress;
    private readonly Func<Stream, Stream> _compress;

    /// <summary>Creates an encoding.</summary>
    /// <param name="name">The name, for instance <c>zstd</c>.</param>
    /// <param name="decompress">Makes the stream that reads what the given one holds compressed. It is asked for little more than the limit.</param>
    /// <param name="compress">Makes the stream that writes compressed into the given one, which it leaves open.</param>
    public RpcEncoding(string name, Func<Stream, Stream> decompress, Func<Stream, Stream> compress)
        : this(name, (compressed, limit) => Copy(new ReadOnlyMemoryStream(compressed), decompress, limit), compress)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(decompress);
        ArgumentNullException.ThrowIfNull(compress);
    }

    private RpcEncoding(string name, Func<ReadOnlyMemory<byte>, int, byte[]?> decompress, Func<Stream, Stream> compress)
    {
        Name = name;
        _decompress = decompress;
        _compress = compress;
    }

    /// <summary><c>gzip</c> (RFC 1952).</summary>
    public static RpcEncoding Gzip { get; }
        = new("gzip", ReadGzip, stream => new GZipStream(stream, CompressionLevel.Fastest, leaveOpen: true));

    /// <summary><c>deflate</c>, with the zlib wrapper as HTTP has it (RFC 9110 §8.4.1.2).</summary>
    public static RpcEncoding Deflate { get; }
        = new("deflate", ReadZlib, stream => new ZLibStream(stream, CompressionLevel.Fastest, leaveOpen: true));

    /// <summary><c>br</c> (RFC 7932).</summary>
    public static RpcEncoding Brotli { get; }
        = new("br", ReadBrotli, stream => new BrotliStream(stream, CompressionLevel.Fastest, leaveOpen: true));

    /// <summary>The encodings that come with the platform, the one that is preferred first.</summary>
    public static IReadOnlyList<RpcEncoding> All { get; } = [Gzip, Brotli, Deflate];

    /// <summary>The name in the fields of HTTP.</summary>
    public string Name { get; }

    /// <summary>The first encoding that a field such as <c>grpc-accept-encoding</c> lists and that is known.</summary>
    /// <param name="accepted">Names with commas between them; null where there is no such field.</param>
    /// <param name="known">The encodings to choose from.</param>
    /// <returns>Null where messages are to be sent as they are.</returns>
    public static RpcEncoding? Choose(string? accepted, IEnumerable<RpcEncoding> known)
        => accepted?.Split(',', StringSplitOptions.TrimEntries)
            .Select(a => known.FirstOrDefault(k => k.Name.Equals(a, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(k => k is not null);

    /// <summary>Compresses a message.</summary>
    public byte[] Compress(ReadOnlySpan<byte> message)
    {
        using MemoryStream output = new();
        using (Stream stream = _compress(output))
        {
            stream.Write(message);
        }

        return output.ToArray();
    }

    /// <summary>Decompresses a message, and stops where it grows past the limit.</summary>
    /// <param name="compressed">The compressed message.</param>
    /// <param name="limit">The most bytes.</param>
    /// <returns>Null where it is longer.</returns>
    /// <exception cref="InvalidDataException">It is not in this encoding, or cut short.</exception>
    public byte[]? Decompress(ReadOnlyMemory<byte> compressed, int limit) => _decompress(compressed, limit);

    /// <summary>The length that ends a member tells whether it is whole: the platform does not.</summary>
    private static byte[]? ReadGzip(ReadOnlyMemory<byte> compressed, int limit)
    {
        byte[]? message
            = Copy(new ReadOnlyMemoryStream(compressed), stream => new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true), limit);
        bool isWhole = message is null
            || (compressed.Length > sizeof(uint)
                && BinaryPrimitives.ReadUInt32LittleEndian(compressed.Span[^sizeof(uint)..]) == (uint)message.Length);
        return isWhole ? message : throw CutShort();
    }

    /// <summary>What is whole is read without a look at what follows.</summary>
    private static byte[]? ReadZlib(ReadOnlyMemory<byte> compressed, int limit)
    {
        ReadOnlyMemoryStream source = new(compressed);
        byte[]? message = Copy(source, stream => new ZLibStream(stream, CompressionMode.Decompress, leaveOpen: true), limit);
        return message is null || !source.HasReadPastEnd ? message : throw CutShort();
    }

    private static byte[]? ReadBrotli(ReadOnlyMemory<byte> compressed, int limit)
    {
        ReadOnlySpan<byte> rest = compressed.Span;
        using MemoryStream output = new();
        using BrotliDecoder decoder = default;
        byte[] buffer = new byte[CopySize];
        OperationStatus status;
        do
        {
            status = decoder.Decompress(rest, buffer, out int consumed, out int written);
            rest = rest[consumed..];
            if (written > limit - output.Length)
            {
                return null;
            }

            output.Write(buffer, 0, written);
        }
        while (status == OperationStatus.DestinationTooSmall);
        return status == OperationStatus.Done ? output.ToArray() : throw CutShort();
    }

    private static byte[]? Copy(ReadOnlyMemoryStream source, Func<Stream, Stream> decompress, int limit)
    {
        using MemoryStream output = new();
        byte[] buffer = new byte[CopySize];
        try
        {
            using Stream stream = decompress(source);
            for (int count; (count = stream.Read(buffer)) > 0;)
            {
                if (count > limit - output.Length)
                {
                    return null;
                }

                output.Write(buffer, 0, count);
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException)
        {
            // What streams throw for bad input differs.
            throw new InvalidDataException("The message is not in the encoding that was declared.", exception);
        }

        return output.ToArray();
    }

    private static InvalidDataException CutShort() => new("The message is not in the encoding that was declared, or cut short.");
}
