using System.Buffers;
using System.Buffers.Text;

namespace WireProtocols.Rpc;

/// <summary>Encodes the text form of gRPC-Web, a padded piece of base64 a call: "always base64-encode and flush gRPC messages atomically".</summary>
public static class GrpcWebTextEncoder
{
    // A multiple of three, so that only the last piece is padded.
    private const int PieceLength = 3 * 1024;

    /// <summary>Encodes bytes.</summary>
    /// <param name="source">The bytes: whole messages, in one piece.</param>
    /// <param name="output">Where the characters go.</param>
    public static void Encode(in ReadOnlySequence<byte> source, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (source.IsSingleSegment)
        {
            Encode(source.FirstSpan, output);
            return;
        }

        byte[] piece = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            for (ReadOnlySequence<byte> rest = source; !rest.IsEmpty;)
            {
                int length = (int)Math.Min(PieceLength, rest.Length);
                rest.Slice(0, length).CopyTo(piece);
                Encode(piece.AsSpan(0, length), output);
                rest = rest.Slice(length);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece);
        }
    }

    /// <summary>Encodes bytes.</summary>
    /// <param name="source">The bytes: whole messages, in one piece.</param>
    /// <param name="output">Where the characters go.</param>
    public static void Encode(ReadOnlySpan<byte> source, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        while (!source.IsEmpty)
        {
            ReadOnlySpan<byte> piece = source[..Math.Min(PieceLength, source.Length)];
            Base64.EncodeToUtf8(piece, output.GetSpan(Base64.GetMaxEncodedToUtf8Length(piece.Length)), out _, out int written);
            output.Advance(written);
            source = source[piece.Length..];
        }
    }
}
