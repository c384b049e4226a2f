using System.Buffers;
using System.IO.Compression;

namespace WireProtocols.Rpc;

/// <summary>An encoding of messages, by its name in the fields of HTTP. Each message is compressed by itself.</summary>
/// <remarks>
/// A message that is cut short is none, nor is one that something follows: of the three that come with the platform both is checked, of gzip in one
/// member a message.
/// </remarks>
public sealed class RpcEncoding
{
    private const int CopySize = 4096;

    private readonly Func<ReadOnlyMemory<byte>, int, byte[]?> _decompress;
    private readonly Func<Stream, Stream> _compress;

    /// <summary>Creates an encoding.</summary>
    /// <param name="name">The name, for instance <c>zstd</c>: lower-case letters, digits, <c>_</c>, <c>-</c> and <c>.</c>.</param>
    /// <param name="decompress">Makes the stream that reads what the given one holds compressed. It is asked for little more than the limit; that it
    /// throws, whatever it throws, or leaves bytes unread means that the message is not in the encoding.</param>
    /// <param name="compress">Makes the stream that writes compressed into the given one, which it leaves open.</param>
    /// <exception cref="ArgumentException">The name is none, or <c>identity</c>, which stands for no encoding.</exception>
    public RpcEncoding(string name, Func<Stream, Stream> decompress, Func<Stream, Stream> compress)
        : this(name, (compressed, limit) => Copy(new ReadOnlyMemoryStream(compressed), decompress, limit), compress)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(decompress);
        ArgumentNullException.ThrowIfNull(compress);
        if (!RpcFieldNames.IsName(name) || name == "identity")
        {
            throw new ArgumentException("A name is lower-case letters, digits, _, - and ., and not identity.", nameof(name));
        }
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
    {
        ArgumentNullException.ThrowIfNull(known);
        return accepted?.Split(',', StringSplitOptions.TrimEntries)
            .Select(a => known.FirstOrDefault(k => k.Name.Equals(a, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(k => k is not null);
    }

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
    /// <exception cref="InvalidDataException">It is not in this encoding, cut short, or something follows it.</exception>
    public byte[]? Decompress(ReadOnlyMemory<byte> compressed, int limit) => _decompress(compressed, limit);

    private static byte[]? ReadGzip(ReadOnlyMemory<byte> compressed, int limit)
    {
        if (!RpcGzip.TryGetDeflate(compressed, out ReadOnlyMemory<byte> deflate))
        {
            throw NotWhole();
        }

        byte[]? message = ReadWhole(deflate, stream => new DeflateStream(stream, CompressionMode.Decompress, leaveOpen: true), limit);
        return message is null || RpcGzip.HasTrailer(compressed.Span, message) ? message : throw NotWhole();
    }

    private static byte[]? ReadZlib(ReadOnlyMemory<byte> compressed, int limit)
        => ReadWhole(compressed, stream => new ZLibStream(stream, CompressionMode.Decompress, leaveOpen: true), limit);

    /// <summary>The platform's streams ask for what they need and no more, and do not say when they miss something.</summary>
    private static byte[]? ReadWhole(ReadOnlyMemory<byte> compressed, Func<Stream, Stream> decompress, int limit)
    {
        ReadOnlyMemoryStream source = new(compressed);
        byte[]? message = Copy(source, decompress, limit);
        return message is null || !source.HasReadPastEnd ? message : throw NotWhole();
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
        return status == OperationStatus.Done && rest.IsEmpty ? output.ToArray() : throw NotWhole();
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
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // What streams throw for bad input differs.
            throw new InvalidDataException("The message is not in the encoding that was declared.", exception);
        }

        // The last byte is not handed out before it is asked for: a stream that has ended before it leaves something behind.
        return source.IsAtEnd ? output.ToArray() : throw NotWhole();
    }

    private static InvalidDataException NotWhole() => new("The message is not in the encoding that was declared, cut short, or not the end.");
}
