using System.Buffers;
using System.Buffers.Binary;
using WireProtocols.Fuzz.WebRtc;
using WireProtocols.Tests.Harness;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Sctp;

public class SctpPacketTests
{
    private const string Folder = "sctp";

    public static TheoryData<string> Names => Vector.Names(Folder);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_vector_means_what_it_says(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        Assert.Equal(vector.Rows, SctpRows.Decode(vector.Bytes));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_oracle_reads_every_vector_alike(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        Assert.Equal(vector.Rows, NaiveSctp.Decode(vector.Bytes));
    }

    /// <summary>The check value of CRC32c is that of the digits 1 to 9.</summary>
    [Fact]
    public void The_checksum_is_that_of_the_oracle()
    {
        Random dice = new(7);
        for (int length = 12; length < 300; length++)
        {
            byte[] packet = new byte[length];
            dice.NextBytes(packet);
            Assert.Equal(NaiveSctp.Checksum(packet), SctpChecksum.Compute(packet));
        }

        // Twelve bytes of nothing: 48 bits of the register shifted through.
        Assert.Equal(NaiveSctp.Checksum(new byte[12]), SctpChecksum.Compute(new byte[12]));
        Assert.Throws<ArgumentException>(() => SctpChecksum.Compute(new byte[11]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_changed_bit_is_found(string name)
    {
        byte[] bytes = Vector.Get(Folder, name).Bytes;
        if (SctpPacket.Decode(bytes, out _, out _, out _) != OperationStatus.Done)
        {
            return;
        }

        for (int bit = 0; bit < bytes.Length * 8; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(OperationStatus.InvalidData, SctpPacket.Decode(bytes, out _, out SctpProtocolError error, out int offset));
            Assert.Equal((SctpProtocolError.ChecksumMismatch, 8), (error, offset));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
    }

    /// <summary>What has no room leaves the packet as it was, and a chunk is begun before it is ended.</summary>
    [Fact]
    public void A_chunk_without_room_leaves_nothing_behind()
    {
        SctpPacketWriter writer = new(512);
        writer.Begin(5000, 5000, 1);
        Assert.Throws<InvalidOperationException>(writer.EndChunk);
        writer.AddChunk(SctpChunkType.CookieAck, 0, []);
        Assert.Throws<InvalidOperationException>(writer.EndChunk);
        string before = Convert.ToHexString(writer.Finish().Span);
        Assert.Throws<InvalidOperationException>(() => writer.AddData(SctpDataBits.None, 1, 1, 1, 1, new byte[490]));
        Assert.Throws<InvalidOperationException>(() => writer.AddChunk(SctpChunkType.Heartbeat, 0, new byte[493]));
        Assert.Throws<InvalidOperationException>(() => writer.AddSack(1, 1, new SctpGap[100], new uint[21]));
        Assert.Throws<InvalidOperationException>(() => writer.AddForwardTsn(1, new SctpSkip[123]));
        Assert.Equal((before, 496), (Convert.ToHexString(writer.Finish().Span), writer.Room));

        writer.BeginChunk(SctpChunkType.Error);
        writer.AddParameter(1, [1]);
        int room = writer.Room;
        Assert.Throws<InvalidOperationException>(() => writer.AddParameter(1, new byte[490]));
        Assert.Equal(room, writer.Room);
        for (int length = room - 3; length <= room + 4; length++)
        {
            byte[] value = new byte[length];
            Assert.Throws<InvalidOperationException>(() => writer.AddParameter(1, value));
            Assert.Equal(room, writer.Room);
        }

        writer.EndChunk();
        writer.AddChunk((SctpChunkType)0xBF, 0, new byte[writer.Room - 4]);
        Assert.Equal(0, writer.Room);
        Assert.Throws<InvalidOperationException>(() => writer.BeginChunk(SctpChunkType.CookieAck));
        Assert.Throws<InvalidOperationException>(writer.EndChunk);
        Assert.Equal(OperationStatus.Done, SctpPacket.Decode(writer.Finish().Span, out _, out _, out _));
    }

    [Fact]
    public void Decoding_and_writing_allocate_nothing()
    {
        byte[] bytes = Vector.Get(Folder, "SACK and DATA").Bytes;
        SctpPacketWriter writer = new(1200);
        SctpGap[] gaps = [new SctpGap(2, 3)];
        uint[] duplicates = [5];
        long before = 0;
        for (int round = 0; round < 100; round++)
        {
            before = round == 50 ? GC.GetAllocatedBytesForCurrentThread() : before;
            Assert.True(SctpPacket.Decode(bytes, out SctpPacket packet, out _, out _) == OperationStatus.Done);
            int length = 0;
            foreach (SctpChunk chunk in packet)
            {
                length += chunk.Type == SctpChunkType.Data ? chunk.AsData().Payload.Length : 0;
            }

            writer.Begin(5000, 5000, 1);
            writer.AddSack(6, 1500, gaps, duplicates);
            writer.AddData(SctpDataBits.Beginning, 7, 1, 2, 51, bytes.AsSpan(0, length));
            writer.Finish();
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Fields_are_those_of_their_type()
    {
        Assert.Equal(OperationStatus.Done, SctpPacket.Decode(Vector.Get(Folder, "SHUTDOWN").Bytes, out SctpPacket packet, out _, out _));
        foreach (SctpChunk chunk in packet)
        {
            Assert.Equal(9u, chunk.AsShutdown());
            Assert.False(chunk.IsTagReflected);
        }

        Assert.Throws<InvalidOperationException>(() => First(packet => packet.AsData()));
        Assert.Throws<InvalidOperationException>(() => First(packet => packet.AsInit()));
        Assert.Throws<InvalidOperationException>(() => First(packet => packet.AsSack()));
        Assert.Throws<InvalidOperationException>(() => First(packet => packet.AsForwardTsn()));
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        SctpPacketWriter writer = new(515);
        Assert.Throws<InvalidOperationException>(() => writer.BeginChunk(SctpChunkType.Data));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Begin(0, 1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => writer.Begin(1, 65_536, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SctpPacketWriter(511));
        writer.Begin(1, 1, 1);
        Assert.Equal((500, false), (writer.Room, writer.HasChunks));
        Assert.Throws<ArgumentException>(() => writer.AddData(SctpDataBits.None, 1, 1, 1, 1, []));
        writer.AddChunk(SctpChunkType.CookieEcho, 0, new byte[494]);
        Assert.Equal((0, true), (writer.Room, writer.HasChunks));
        Assert.Throws<InvalidOperationException>(() => writer.AddChunk(SctpChunkType.CookieAck, 0, []));
        byte[] packet = writer.Finish().ToArray();
        Assert.Equal(512, packet.Length);
        Assert.Equal(498, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(14)));
        Assert.Equal(OperationStatus.Done, SctpPacket.Decode(packet, out _, out _, out _));
    }

    [Fact]
    public void The_highest_bits_say_what_is_done_with_what_nobody_knows()
    {
        Assert.Equal((false, false), Bits((SctpChunkType)0x20));
        Assert.Equal((false, true), Bits((SctpChunkType)0x40));
        Assert.Equal((true, false), Bits((SctpChunkType)0x84));
        Assert.Equal((true, true), Bits((SctpChunkType)0xC1));
        Assert.Equal(15, Enumerable.Range(0, 256).Count(t => ((SctpChunkType)t).IsKnown()));
        Assert.Equal((false, true), (((SctpParameterType)0x4001).SkipsWhenUnknown(), ((SctpParameterType)0x4001).ReportsWhenUnknown()));
        Assert.Equal((true, false), (((SctpParameterType)0x8001).SkipsWhenUnknown(), ((SctpParameterType)0x8001).ReportsWhenUnknown()));
        Assert.Equal(16, Enumerable.Range(0, 65_536).Count(t => ((SctpParameterType)t).IsKnown()));

        static (bool, bool) Bits(SctpChunkType type) => (type.SkipsWhenUnknown(), type.ReportsWhenUnknown());
    }

    private static void First(Use use)
    {
        Assert.Equal(OperationStatus.Done, SctpPacket.Decode(Vector.Get(Folder, "SHUTDOWN").Bytes, out SctpPacket packet, out _, out _));
        foreach (SctpChunk chunk in packet)
        {
            use(chunk);
        }
    }

    private delegate void Use(SctpChunk chunk);
}
