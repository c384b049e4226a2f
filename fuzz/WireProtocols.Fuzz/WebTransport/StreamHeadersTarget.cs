using System.Buffers;
using WireProtocols.Fuzz.Buffers;
using WireProtocols.WebTransport;

namespace WireProtocols.Fuzz.WebTransport;

/// <summary>The start of a stream: every prefix needs more until the whole decides, as the oracle says.</summary>
public sealed class StreamHeadersTarget : FuzzTarget
{
    public override string Name => "stream-headers";

    public override void Run(ReadOnlySpan<byte> input)
    {
        input = input[..Math.Min(input.Length, WebTransportStreamHeader.MaxSize)];
        (OperationStatus Status, WebTransportProtocolError Error, int Length) expected = Expect(input);
        OperationStatus status
            = WebTransportStreamHeader.Decode(input, out WebTransportStreamHeader header, out int consumed, out WebTransportProtocolError error);
        Require((status, error, consumed) == expected, $"{(status, error, consumed)} is {expected}");
        for (int length = 0; length < input.Length; length++)
        {
            OperationStatus part = WebTransportStreamHeader.Decode(input[..length], out _, out int taken, out _);
            Require(part == OperationStatus.NeedMoreData || (part == status && taken == consumed), "more bytes never change a result");
        }

        if (status == OperationStatus.Done)
        {
            byte[] encoded = new byte[WebTransportStreamHeader.MaxSize];
            Require(header.Encode(encoded, out int written) == OperationStatus.Done && written == header.GetSize());
            Require(
                WebTransportStreamHeader.Decode(encoded.AsSpan(0, written), out WebTransportStreamHeader again, out _, out _) == OperationStatus.Done
                    && again == header);
        }
    }

    private static (OperationStatus Status, WebTransportProtocolError Error, int Length) Expect(ReadOnlySpan<byte> input)
    {
        (long signal, int signalLength) = NaiveVarInt.Decode(input);
        if (signalLength == 0)
        {
            return (OperationStatus.NeedMoreData, WebTransportProtocolError.None, 0);
        }

        if (signal != 0x54 && signal != 0x41)
        {
            return (OperationStatus.InvalidData, WebTransportProtocolError.UnknownStreamSignal, 0);
        }

        (long id, int idLength) = NaiveVarInt.Decode(input[signalLength..]);
        return idLength == 0 ? (OperationStatus.NeedMoreData, WebTransportProtocolError.None, 0)
            : id % 4 != 0 ? (OperationStatus.InvalidData, WebTransportProtocolError.InvalidSessionId, 0)
            : (OperationStatus.Done, WebTransportProtocolError.None, signalLength + idLength);
    }
}
