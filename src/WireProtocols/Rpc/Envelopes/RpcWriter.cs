using System.Buffers;

namespace WireProtocols.Rpc;

/// <summary>
/// Writes the messages of gRPC, gRPC-Web or Connect to a <see cref="System.IO.Pipelines.PipeWriter"/> or any <see cref="IBufferWriter{T}"/>.
/// Whatever is passed, the bytes parse back to that, or the call throws before a byte is written. Nothing is flushed.
/// </summary>
public sealed class RpcWriter
{
    private readonly IBufferWriter<byte> _output;
    private readonly RpcWriterOptions _options;
    private long _left;
    private bool _hasEnded;

    /// <summary>Creates a writer.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="options">Protocol, direction and encoding; <see cref="RpcWriterOptions.Default"/> where null.</param>
    public RpcWriter(IBufferWriter<byte> output, RpcWriterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _options = options ?? RpcWriterOptions.Default;
    }

    /// <summary>Writes a message as it is.</summary>
    /// <exception cref="InvalidOperationException">A message is unfinished, or the stream has ended.</exception>
    public void WriteMessage(ReadOnlySpan<byte> message)
    {
        ThrowIfNotBetween();
        Write(RpcEnvelopeBits.None, message);
    }

    /// <summary>Writes a message compressed, in the encoding of the options.</summary>
    /// <exception cref="InvalidOperationException">There is no encoding, a message is unfinished, or the stream has ended.</exception>
    public void WriteCompressed(ReadOnlySpan<byte> message)
    {
        ThrowIfNotBetween();
        RpcEncoding encoding = _options.Encoding ?? throw new InvalidOperationException("No encoding is declared.");
        Write(RpcEnvelopeBits.Compressed, encoding.Compress(message));
    }

    /// <summary>Writes the header of a message whose bytes follow through <see cref="WriteData"/>.</summary>
    /// <param name="length">How many bytes there will be.</param>
    /// <param name="isCompressed">Whether they are compressed, in the encoding of the options.</param>
    /// <exception cref="InvalidOperationException">A message is unfinished, the stream has ended, or no encoding is declared.</exception>
    public void StartMessage(uint length, bool isCompressed = false)
    {
        ThrowIfNotBetween();
        if (isCompressed && _options.Encoding is null)
        {
            throw new InvalidOperationException("No encoding is declared.");
        }

        RpcEnvelopeHeader header = new(isCompressed ? RpcEnvelopeBits.Compressed : RpcEnvelopeBits.None, length);
        header.Encode(_output.GetSpan(RpcEnvelopeHeader.Size), out int written);
        _output.Advance(written);
        _left = length;
    }

    /// <summary>Writes a piece of the message that <see cref="StartMessage"/> began. The last piece ends it.</summary>
    /// <exception cref="ArgumentException">It is more than was announced; nothing was written.</exception>
    public void WriteData(ReadOnlySpan<byte> piece)
    {
        if (piece.Length > _left)
        {
            throw new ArgumentException("The message is longer than was announced.", nameof(piece));
        }

        _output.Write(piece);
        _left -= piece.Length;
    }

    /// <summary>Writes the end of a stream of responses: trailers of gRPC-Web, or JSON of Connect. Nothing can be written behind it.</summary>
    /// <exception cref="InvalidOperationException">There is none in gRPC and in requests; or a message is unfinished; or the stream has
    /// ended.</exception>
    public void WriteEnd(RpcEnd end)
    {
        ArgumentNullException.ThrowIfNull(end);
        ThrowIfNotBetween();
        if (_options.Protocol == RpcProtocol.Grpc || !_options.IsResponse)
        {
            throw new InvalidOperationException("Requests, and responses of gRPC, have no end of stream in their body.");
        }

        ArrayBufferWriter<byte> payload = new();
        if (_options.Protocol == RpcProtocol.GrpcWeb)
        {
            GrpcWebTrailers.Write(end, payload);
            Write(RpcEnvelopeBits.GrpcWebTrailers, payload.WrittenSpan);
        }
        else
        {
            ConnectJsonWriter.WriteEnd(end, payload);
            Write(RpcEnvelopeBits.ConnectEnd, payload.WrittenSpan);
        }

        _hasEnded = true;
    }

    private void Write(RpcEnvelopeBits flags, ReadOnlySpan<byte> payload)
    {
        int size = checked(RpcEnvelopeHeader.Size + payload.Length);
        Span<byte> destination = _output.GetSpan(size);
        new RpcEnvelopeHeader(flags, (uint)payload.Length).Encode(destination, out int written);
        payload.CopyTo(destination[written..]);
        _output.Advance(size);
    }

    private void ThrowIfNotBetween()
    {
        if (_left > 0)
        {
            throw new InvalidOperationException("The message that was started is not finished.");
        }

        if (_hasEnded)
        {
            throw new InvalidOperationException("The stream has ended.");
        }
    }
}
