using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.Fuzz.Buffers;

/// <summary>Varints one after the other: each agrees with <see cref="NaiveVarInt"/> and encodes back to its own bytes.</summary>
public sealed class VarIntTarget : FuzzTarget
{
    public override string Name => "varint";

    public override void Run(ReadOnlySpan<byte> input)
    {
        while (true)
        {
            OperationStatus status = QuicVarInt.Decode(input, out long value, out int consumed);
            (long expected, int length) = NaiveVarInt.Decode(input);
            Require(value == expected);
            Require(consumed == length);
            Require(status == (length == 0 ? OperationStatus.NeedMoreData : OperationStatus.Done));
            if (status != OperationStatus.Done)
            {
                return;
            }

            // Fewer bytes in sight take the other path; both have to agree.
            Require(QuicVarInt.Decode(input[..length], out long alone, out _) == OperationStatus.Done && alone == value);
            Require(QuicVarInt.Decode(input[..(length - 1)], out _, out int none) == OperationStatus.NeedMoreData && none == 0);
            RoundTrip(value, input[..length]);
            input = input[length..];
        }
    }

    private static void RoundTrip(long value, ReadOnlySpan<byte> encoded)
    {
        Span<byte> buffer = stackalloc byte[QuicVarInt.MaxLength];
        Require(QuicVarInt.Encode(value, encoded.Length, buffer, out int written) == OperationStatus.Done && written == encoded.Length);
        Require(buffer[..written].SequenceEqual(encoded), "encoding on the same length gives the same bytes");

        int minimal = QuicVarInt.GetLength(value);
        Require(minimal <= encoded.Length);
        Require(QuicVarInt.Encode(value, buffer[..(minimal - 1)], out written) == OperationStatus.DestinationTooSmall && written == 0);
        Require(QuicVarInt.Encode(value, buffer, out written) == OperationStatus.Done && written == minimal);
        Require(NaiveVarInt.Decode(buffer) == (value, minimal));
    }
}
