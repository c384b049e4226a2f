using System.Buffers;
using WireProtocols.Fuzz.Buffers;
using WireProtocols.WebTransport;

namespace WireProtocols.Fuzz.WebTransport;

/// <summary>A QUIC DATAGRAM payload: the quarter stream id as the oracle reads it, and back to its bytes where it was minimal.</summary>
public sealed class DatagramsTarget : FuzzTarget
{
    public override string Name => "datagrams";

    public override void Run(ReadOnlySpan<byte> input)
    {
        OperationStatus status = HttpDatagram.Decode(input, out HttpDatagram datagram);
        (long quarter, int length) = NaiveVarInt.Decode(input);
        Require(status == (length == 0 ? OperationStatus.NeedMoreData : quarter >= 1L << 60 ? OperationStatus.InvalidData : OperationStatus.Done));
        if (status != OperationStatus.Done)
        {
            return;
        }

        Require(datagram.QuarterStreamId == quarter && datagram.StreamId == quarter * 4);
        Require(datagram.Payload.SequenceEqual(input[length..]));
        byte[] encoded = new byte[input.Length];
        Require(HttpDatagram.Encode(datagram.StreamId, datagram.Payload, encoded, out int written) == OperationStatus.Done);
        Require(written == HttpDatagram.GetPrefixSize(datagram.StreamId) + datagram.Payload.Length && written <= input.Length);
        Require(written < input.Length || encoded.AsSpan().SequenceEqual(input), "a minimal datagram encodes to its own bytes");
        OperationStatus tooSmall = HttpDatagram.Encode(datagram.StreamId, datagram.Payload, encoded.AsSpan(0, written - 1), out int none);
        Require(tooSmall == OperationStatus.DestinationTooSmall && none == 0);
    }
}
