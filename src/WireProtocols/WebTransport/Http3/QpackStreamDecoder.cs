using System.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>
/// The peer's encoder or decoder stream (RFC 9204 §4.3, §4.4) where both tables have a capacity of 0: of the encoder's instructions only
/// Set Dynamic Table Capacity to 0 is left, of the decoder's only Stream Cancellation.
/// </summary>
public struct QpackStreamDecoder
{
    private readonly bool _encoder;
    private int _integerBytes;

    /// <summary>Creates a decoder.</summary>
    /// <param name="fromEncoder">True for the peer's encoder stream, false for its decoder stream.</param>
    public QpackStreamDecoder(bool fromEncoder) => _encoder = fromEncoder;

    /// <summary>What <see cref="OperationStatus.InvalidData"/> means.</summary>
    public readonly WebTransportProtocolError Error
        => _encoder ? WebTransportProtocolError.QpackEncoderInstruction : WebTransportProtocolError.QpackDecoderInstruction;

    /// <summary>Takes in bytes of the stream after its type.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="errorIndex">The index of the offending byte, or -1.</param>
    /// <returns><see cref="OperationStatus.Done"/> or <see cref="OperationStatus.InvalidData"/>.</returns>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int errorIndex)
    {
        const byte SetCapacityZero = 0x20;
        errorIndex = _encoder ? source.IndexOfAnyExcept(SetCapacityZero) : FindBadDecoderInstruction(source);
        return errorIndex < 0 ? OperationStatus.Done : OperationStatus.InvalidData;
    }

    private int FindBadDecoderInstruction(ReadOnlySpan<byte> source)
    {
        const int StreamCancellation = 0x40;
        for (int i = 0; i < source.Length; i++)
        {
            byte value = source[i];
            if (_integerBytes > 0)
            {
                // The rest of a stream id.
                _integerBytes = value < 0x80 ? 0 : _integerBytes + 1;
                if (_integerBytes > QpackInteger.MaxLength)
                {
                    return i;
                }
            }
            else if ((value & 0xC0) != StreamCancellation)
            {
                return i;
            }
            else
            {
                _integerBytes = (value & 0x3F) == 0x3F ? 1 : 0;
            }
        }

        return -1;
    }
}
