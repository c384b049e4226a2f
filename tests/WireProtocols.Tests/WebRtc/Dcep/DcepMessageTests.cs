using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.WebRtc;
using WireProtocols.Tests.Harness;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Dcep;

public class DcepMessageTests
{
    private const string Folder = "dcep";

    public static TheoryData<string> Names => Vector.Names(Folder);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_vector_means_what_it_says(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        Assert.Equal(vector.Rows, [DcepTarget.Decode(vector.Bytes)]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_oracle_reads_every_vector_alike(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        Assert.Equal(vector.Rows, [NaiveDcep.Decode(vector.Bytes)]);
    }

    [Fact]
    public void What_is_written_reads_back()
        => Prop.ForAll(ArbMap.Default.ArbFor<(byte Type, ushort Priority, uint Parameter, NonNull<string> Label, NonNull<string> Protocol)>(), t =>
        {
            DataChannelType type = (DataChannelType)((t.Type % 3) | (t.Type & 0x80));
            byte[] label = Encoding.UTF8.GetBytes(t.Label.Get);
            byte[] protocol = Encoding.UTF8.GetBytes(t.Protocol.Get);
            uint parameter = type.IsReliable() ? 0 : t.Parameter;
            byte[] bytes = new byte[DcepMessage.GetOpenSize(label, protocol)];
            Assert.Equal(
                OperationStatus.Done, DcepMessage.EncodeOpen(type, t.Priority, parameter, label, protocol, bytes, out int written));
            Assert.Equal(bytes.Length, written);
            Assert.Equal(OperationStatus.Done, DcepMessage.Decode(bytes, out DcepMessage message, out _, out _));
            Assert.Equal((type, (int)t.Priority, parameter), (message.ChannelType, message.Priority, message.ReliabilityParameter));
            Assert.True(message.IsOpen && message.Label.SequenceEqual(label) && message.Protocol.SequenceEqual(protocol));
            Assert.Equal(
                OperationStatus.DestinationTooSmall,
                DcepMessage.EncodeOpen(type, t.Priority, parameter, label, protocol, bytes.AsSpan(1), out written));
            Assert.Equal(0, written);
        }).QuickCheckThrowOnFailure();

    /// <summary>pion/datachannel#280: what is too long to be counted is refused and not cut.</summary>
    [Fact]
    public void What_would_not_read_back_is_refused()
    {
        byte[] destination = new byte[200_000];
        Assert.Throws<ArgumentException>(() => Open(DataChannelType.Reliable, 0, 0, new byte[65_536], []));
        Assert.Throws<ArgumentException>(() => Open(DataChannelType.Reliable, 0, 0, [], new byte[65_536]));
        Assert.Throws<ArgumentException>(() => Open(DataChannelType.Reliable, 0, 0, [0xFF], []));
        Assert.Throws<ArgumentException>(() => Open(DataChannelType.Reliable, 0, 0, [], [0xC0, 0x80]));
        Assert.Throws<ArgumentException>(() => Open((DataChannelType)3, 0, 0, [], []));
        Assert.Throws<ArgumentException>(() => Open(DataChannelType.ReliableUnordered, 0, 1, [], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Open(DataChannelType.Reliable, 65_536, 0, [], []));
        Assert.Throws<ArgumentOutOfRangeException>(() => Open(DataChannelType.Reliable, -1, 0, [], []));
        Assert.Equal(OperationStatus.Done, Open(DataChannelType.Reliable, 0, 0, new byte[65_535], new byte[65_535]));

        OperationStatus Open(DataChannelType type, int priority, uint parameter, byte[] label, byte[] protocol)
            => DcepMessage.EncodeOpen(type, priority, parameter, label, protocol, destination, out _);
    }

    [Theory]
    [InlineData("", true, 56, "00")]
    [InlineData("", false, 57, "00")]
    [InlineData("a", true, 51, "61")]
    [InlineData("a", false, 53, "61")]
    public void An_empty_message_is_one_zero_byte(string text, bool isText, int identifier, string hex)
    {
        ReadOnlySpan<byte> sent = DataChannelMessages.Encode(Encoding.UTF8.GetBytes(text), isText, out DataChannelPayload payload);
        Assert.Equal((identifier, hex), ((int)payload, Convert.ToHexStringLower(sent)));
        Assert.True(DataChannelMessages.TryDecode(sent, payload, out bool wasText, out ReadOnlySpan<byte> received));
        Assert.Equal((text, isText), (Encoding.UTF8.GetString(received), wasText));
    }

    [Theory]
    [InlineData(DataChannelPayload.None)]
    [InlineData(DataChannelPayload.Dcep)]
    [InlineData(DataChannelPayload.BinaryPartial)]
    [InlineData(DataChannelPayload.TextPartial)]
    public void What_is_no_whole_message_is_none(DataChannelPayload identifier)
        => Assert.False(DataChannelMessages.TryDecode("a"u8, identifier, out _, out _));

    [Fact]
    public void The_bytes_of_an_empty_message_are_ignored()
    {
        Assert.True(DataChannelMessages.TryDecode("whatever"u8, DataChannelPayload.TextEmpty, out bool isText, out ReadOnlySpan<byte> payload));
        Assert.True(isText && payload.IsEmpty);
    }
}
