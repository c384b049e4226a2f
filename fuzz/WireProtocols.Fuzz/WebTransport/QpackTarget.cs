using System.Buffers;
using WireProtocols.WebTransport;

namespace WireProtocols.Fuzz.WebTransport;

/// <summary>
/// A field section: it decodes within the limit or fails with an error of QPACK's, what decodes and may be sent encodes and decodes to the
/// same, and Huffman strings agree with an oracle that looks at one bit after the other.
/// </summary>
public sealed class QpackTarget : FuzzTarget
{
    private const int MaxSize = 4096;

    public override string Name => "qpack";

    public override void Run(ReadOnlySpan<byte> input)
    {
        OperationStatus status
            = QpackDecoder.Decode(input, MaxSize, out IReadOnlyList<Http3Field> fields, out WebTransportProtocolError error, out int errorIndex);
        Require(status is OperationStatus.Done or OperationStatus.InvalidData);
        Require((error == WebTransportProtocolError.None) == (status == OperationStatus.Done));
        if (status == OperationStatus.InvalidData)
        {
            Require(error is >= WebTransportProtocolError.QpackDynamicReference and <= WebTransportProtocolError.FieldSectionTooLarge);
            Require(errorIndex >= 0 && errorIndex <= input.Length && fields.Count == 0);
        }

        Require(fields.Sum(f => (long)f.Size) <= MaxSize);
        RoundTrip(fields);
        CheckHuffman(input);
    }

    private static void RoundTrip(IReadOnlyList<Http3Field> fields)
    {
        ArrayBufferWriter<byte> output = new();
        try
        {
            QpackEncoder.Encode(fields, output);
        }
        catch (ArgumentException)
        {
            Require(output.WrittenCount == 0);
            return;
        }

        Require(QpackDecoder.Decode(output.WrittenSpan, MaxSize, out IReadOnlyList<Http3Field> again, out _, out _) == OperationStatus.Done);
        Require(again.SequenceEqual(fields));
    }

    private static void CheckHuffman(ReadOnlySpan<byte> input)
    {
        byte[]? expected = NaiveHuffman.Decode(input);
        byte[] decoded = new byte[Huffman.GetMaxDecodedLength(input.Length)];
        OperationStatus status = Huffman.Decode(input, decoded, out int written);
        Require(status == (expected is null ? OperationStatus.InvalidData : OperationStatus.Done));
        Require(expected is null || decoded.AsSpan(0, written).SequenceEqual(expected));

        byte[] encoded = new byte[Huffman.GetEncodedLength(input)];
        Require(Huffman.Encode(input, encoded, out int length) == OperationStatus.Done && length == encoded.Length);
        Require(NaiveHuffman.Decode(encoded) is { } back && input.SequenceEqual(back));
    }
}
