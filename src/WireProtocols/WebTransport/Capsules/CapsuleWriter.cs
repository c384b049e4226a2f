using System.Buffers;
using System.IO.Pipelines;
using System.Text.Unicode;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>
/// Writes capsules to a <see cref="PipeWriter"/> or any <see cref="IBufferWriter{T}"/>. Whatever is passed, the bytes parse back to that
/// one capsule, or the call throws before a byte is written. Nothing is flushed.
/// </summary>
public sealed class CapsuleWriter
{
    private const int MaxFixedSize = CapsuleHeader.MaxSize + CapsuleShape.MaxIntegersSize;

    private readonly IBufferWriter<byte> _output;
    private readonly WebTransportDialect _dialect;

    /// <summary>Creates a writer.</summary>
    /// <param name="output">Where the bytes go.</param>
    /// <param name="dialect">The dialect of the capsules of WebTransport over HTTP/2.</param>
    public CapsuleWriter(IBufferWriter<byte> output, WebTransportDialect dialect = WebTransportDialect.Draft15)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        _dialect = dialect;
    }

    /// <summary>Writes DATAGRAM.</summary>
    public void WriteDatagram(ReadOnlySpan<byte> payload) => WriteValue(CapsuleType.Datagram, payload);

    /// <summary>Writes WT_CLOSE_SESSION.</summary>
    /// <param name="code">The application's error code.</param>
    /// <param name="reason">The message, at most 1024 bytes of UTF-8; <see cref="CapsuleEncoder.TruncateReason"/> makes it so.</param>
    /// <exception cref="ArgumentException">The message is longer, or holds unpaired surrogates.</exception>
    public void WriteClose(uint code, ReadOnlySpan<char> reason = default)
    {
        Span<byte> utf8 = stackalloc byte[CapsuleEncoder.MaxReasonLength];
        if (Utf8.FromUtf16(reason, utf8, out _, out int length, replaceInvalidSequences: false) != OperationStatus.Done)
        {
            throw new ArgumentException("A reason is at most 1024 bytes of UTF-8, without unpaired surrogates.", nameof(reason));
        }

        Span<byte> destination = _output.GetSpan(CapsuleHeader.MaxSize + sizeof(uint) + length);
        CapsuleEncoder.EncodeClose(code, utf8[..length], destination, out int written);
        _output.Advance(written);
    }

    /// <summary>Writes WT_DRAIN_SESSION.</summary>
    public void WriteDrain() => WriteValue(CapsuleType.DrainSession, default);

    /// <summary>Writes WT_MAX_DATA.</summary>
    public void WriteMaxData(long maximum) => WriteIntegers(CapsuleType.MaxData, [maximum]);

    /// <summary>Writes WT_DATA_BLOCKED.</summary>
    public void WriteDataBlocked(long maximum) => WriteIntegers(CapsuleType.DataBlocked, [maximum]);

    /// <summary>Writes WT_MAX_STREAMS; the maximum is at most 2^60.</summary>
    public void WriteMaxStreams(WebTransportStreamDirection direction, long maximum)
    {
        bool bidirectional = direction == WebTransportStreamDirection.Bidirectional;
        WriteIntegers(bidirectional ? CapsuleType.MaxStreamsBidi : CapsuleType.MaxStreamsUni, [CheckStreamCount(maximum)]);
    }

    /// <summary>Writes WT_STREAMS_BLOCKED; the maximum is at most 2^60.</summary>
    public void WriteStreamsBlocked(WebTransportStreamDirection direction, long maximum)
    {
        bool bidirectional = direction == WebTransportStreamDirection.Bidirectional;
        WriteIntegers(bidirectional ? CapsuleType.StreamsBlockedBidi : CapsuleType.StreamsBlockedUni, [CheckStreamCount(maximum)]);
    }

    /// <summary>Writes WT_MAX_STREAM_DATA (over HTTP/2 only).</summary>
    public void WriteMaxStreamData(long streamId, long maximum) => WriteIntegers(CapsuleType.MaxStreamData, [streamId, maximum]);

    /// <summary>Writes WT_STREAM_DATA_BLOCKED (over HTTP/2 only).</summary>
    public void WriteStreamDataBlocked(long streamId, long maximum) => WriteIntegers(CapsuleType.StreamDataBlocked, [streamId, maximum]);

    /// <summary>Writes WT_RESET_STREAM (over HTTP/2 only). The reliable size is left out where the dialect has none.</summary>
    public void WriteResetStream(long streamId, uint code, long reliableSize)
        => WriteIntegers(CapsuleType.ResetStream, _dialect.HasReliableSize() ? [streamId, code, reliableSize] : [streamId, code]);

    /// <summary>Writes WT_STOP_SENDING (over HTTP/2 only).</summary>
    public void WriteStopSending(long streamId, uint code) => WriteIntegers(CapsuleType.StopSending, [streamId, code]);

    /// <summary>Writes WT_STREAM (over HTTP/2 only).</summary>
    public void WriteStream(long streamId, ReadOnlySpan<byte> data, bool fin)
    {
        long final = _dialect.GetFinalStreamCapsule();
        long type = fin ? final : final ^ CapsuleType.Stream3B ^ CapsuleType.Stream3C;
        int idLength = QuicVarInt.GetLength(streamId);
        CapsuleHeader header = new(type, (long)idLength + data.Length);
        Span<byte> destination = _output.GetSpan(header.GetSize() + idLength);
        header.Encode(destination, out int headerSize);
        QuicVarInt.Encode(streamId, destination[headerSize..], out _);
        _output.Advance(headerSize + idLength);
        _output.Write(data);
    }

    /// <summary>Writes PADDING of <paramref name="count"/> zeros (over HTTP/2 only).</summary>
    public void WritePadding(int count)
    {
        CapsuleHeader header = new(CapsuleType.Padding, count);
        Span<byte> destination = _output.GetSpan(header.GetSize());
        header.Encode(destination, out int headerSize);
        _output.Advance(headerSize);
        for (int left = count; left > 0;)
        {
            Span<byte> zeros = _output.GetSpan(1);
            zeros = zeros[..Math.Min(left, zeros.Length)];
            zeros.Clear();
            _output.Advance(zeros.Length);
            left -= zeros.Length;
        }
    }

    /// <summary>Writes a capsule around a value as it is.</summary>
    /// <exception cref="ArgumentException">The type is known and the value is not one that it can have.</exception>
    public void Write(long type, ReadOnlySpan<byte> value)
    {
        ThrowIfNotParsed(type, value);
        WriteValue(type, value);
    }

    private void WriteValue(long type, ReadOnlySpan<byte> value)
    {
        CapsuleHeader header = new(type, value.Length);
        Span<byte> destination = _output.GetSpan(header.GetSize() + value.Length);
        CapsuleEncoder.Encode(type, value, destination, out int written);
        _output.Advance(written);
    }

    private void WriteIntegers(long type, ReadOnlySpan<long> integers)
    {
        Span<byte> destination = _output.GetSpan(MaxFixedSize);
        _output.Advance(CapsuleEncoder.EncodeIntegers(type, integers, destination));
    }

    private static long CheckStreamCount(long maximum)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maximum, CapsuleIntegers.MaxStreamCount);
        return maximum;
    }

    private void ThrowIfNotParsed(long type, ReadOnlySpan<byte> value)
    {
        CapsuleShape shape = CapsuleShape.Get(type, _dialect, CapsuleGroups.All);
        bool parses = shape.Layout switch
        {
            CapsuleLayout.Integers => shape.Parse(value, value.Length, out _, out _, out _) == OperationStatus.Done,
            CapsuleLayout.Close => value.Length is >= sizeof(uint) and <= sizeof(uint) + CapsuleEncoder.MaxReasonLength
                && Utf8.IsValid(value[sizeof(uint)..]),
            CapsuleLayout.Stream => QuicVarInt.Decode(value, out _, out _) == OperationStatus.Done,
            CapsuleLayout.Padding => !value.ContainsAnyExcept((byte)0),
            _ => true,
        };
        if (!parses)
        {
            throw new ArgumentException($"This is no value of {CapsuleType.GetName(type)}.", nameof(value));
        }
    }
}
