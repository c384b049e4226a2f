using System.Buffers;
using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.WebSockets;
using WireProtocols.WebSockets;

namespace WireProtocols.Tests.WebSockets;

public class ManagedInflaterTests
{
    [Fact]
    public void The_naive_inflater_agrees_with_the_oracle_of_the_platform()
        => Prop.ForAll<byte[], bool>((bytes, stored) =>
        {
            byte[] data = [.. bytes, .. bytes, .. bytes.Reverse(), .. Enumerable.Repeat((byte)'x', bytes.Length * 5)];
            MemoryStream target = new();
            using (DeflateStream deflate = new(target, stored ? CompressionLevel.NoCompression : CompressionLevel.SmallestSize))
            {
                deflate.Write(data);
            }

            NaiveInflate inflate = new(target.ToArray(), []);
            return (data.Length == 0 || inflate.Run() == NaiveInflateEnd.Final) && inflate.Output.SequenceEqual(data);
        }).Check(Config.QuickThrowOnFailure);

    /// <summary>Whatever the platform deflates, in any level, comes out again, in pieces of any size on both sides.</summary>
    [Fact]
    public void What_the_platform_deflates_is_inflated_in_any_pieces()
        => Prop.ForAll<byte[], PositiveInt, PositiveInt>((bytes, piece, room) =>
        {
            byte[] data = [
                .. Enumerable.Repeat(bytes, 20).SelectMany(b => b), .. bytes.Reverse(), .. Enumerable.Repeat((byte)'x', bytes.Length * 50),
            ];
            foreach (CompressionLevel level in Enum.GetValues<CompressionLevel>())
            {
                MemoryStream target = new();
                using (DeflateStream deflate = new(target, level))
                {
                    deflate.Write(data);
                }

                (OperationStatus status, byte[] inflated) = Run(target.ToArray(), piece.Get, room.Get);
                Assert.Equal(OperationStatus.NeedMoreData, status);
                Assert.Equal(data, inflated);
            }
        }).Check(Config.QuickThrowOnFailure);

    /// <summary>Streams that were changed are refused or inflated as the oracle does it.</summary>
    [Fact]
    public void Damaged_streams_end_as_the_oracle_ends_them()
    {
        Random random = new(1951);
        for (int round = 0; round < 4000; round++)
        {
            MemoryStream target = new();
            using (DeflateStream deflate = new(target, CompressionLevel.SmallestSize))
            {
                deflate.Write([.. Enumerable.Range(0, random.Next(200)).Select(i => (byte)(random.Next(1 + (round % 60)) * 3))]);
            }

            byte[] stream = target.ToArray();
            for (int changes = 1 + random.Next(3); changes > 0 && stream.Length > 0; changes--)
            {
                stream[random.Next(Math.Min(stream.Length, 40))] ^= (byte)(1 << random.Next(8));
            }

            NaiveInflate oracle = new(stream, []);
            NaiveInflateEnd end = oracle.Run();
            (OperationStatus status, byte[] inflated) = Run(stream, 1 + random.Next(20), 1 + random.Next(500));
            Assert.True(
                (end == NaiveInflateEnd.Invalid) == (status == OperationStatus.InvalidData) && oracle.Output.SequenceEqual(inflated),
                $"round {round}, {Convert.ToHexStringLower(stream)}: {end} and not {status}");
        }
    }

    private static (OperationStatus Status, byte[] Inflated) Run(byte[] stream, int piece, int room)
    {
        using ManagedInflater inflater = new(15);
        List<byte> inflated = [];
        byte[] destination = new byte[room];
        OperationStatus status = OperationStatus.NeedMoreData;
        for (int at = 0; at < stream.Length && status == OperationStatus.NeedMoreData; at += piece)
        {
            ReadOnlySpan<byte> source = stream.AsSpan(at, Math.Min(piece, stream.Length - at));
            do
            {
                status = inflater.Inflate(source, destination, out int consumed, out int written);
                source = source[consumed..];
                inflated.AddRange(destination[..written]);
            }
            while (status == OperationStatus.DestinationTooSmall);
            Assert.True(status == OperationStatus.InvalidData || source.IsEmpty);
        }

        return (status, [.. inflated]);
    }
}
