using System.Buffers;
using WireProtocols.Fuzz.WebRtc;
using WireProtocols.Tests.Harness;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Stun;

public class StunVectorTests
{
    private const string Folder = "stun";

    public static TheoryData<string> Names => Vector.Names(Folder);

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_vector_means_what_it_says(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        Assert.Equal(vector.Rows, StunRows.Decode(vector.Bytes));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_oracle_reads_every_vector_alike(string name)
    {
        Vector vector = Vector.Get(Folder, name);
        Assert.Equal(vector.Rows, NaiveStun.Decode(vector.Bytes));
    }

    /// <summary>Over a stream, a beginning needs more until the whole decides; what follows the message belongs to the next.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void A_beginning_needs_more(string name)
    {
        byte[] bytes = Vector.Get(Folder, name).Bytes;
        OperationStatus whole = StunMessage.Decode(bytes, out StunMessage message, out StunProtocolError error, out int errorOffset);
        int end = whole == OperationStatus.Done ? message.Bytes.Length : bytes.Length;
        for (int length = 0; length < end; length++)
        {
            OperationStatus part = StunMessage.Decode(bytes.AsSpan(0, length), out _, out StunProtocolError early, out int earlyOffset);
            Assert.True(
                (part, early, earlyOffset) == (OperationStatus.NeedMoreData, StunProtocolError.UnexpectedEnd, length)
                    || (part, early, earlyOffset) == (whole, error, errorOffset),
                $"{length}: {part} {early} {earlyOffset}");
        }

        byte[] longer = [.. bytes, 0xFF, 0xFF, 0xFF, 0xFF];
        if (whole == OperationStatus.Done)
        {
            Assert.Equal(OperationStatus.Done, StunMessage.Decode(longer, out StunMessage again, out _, out _));
            Assert.Equal(end, again.Bytes.Length);
        }
    }

    [Fact]
    public void Decoding_allocates_nothing()
    {
        byte[] bytes = Vector.Get(Folder, "RFC 5769 2.2, a response with an address of IPv4").Bytes;
        long before = 0;
        for (int round = 0; round < 100; round++)
        {
            before = round == 50 ? GC.GetAllocatedBytesForCurrentThread() : before;
            Assert.True(StunMessage.DecodeDatagram(bytes, out StunMessage message, out _, out _) == OperationStatus.Done
                && message.TryGetAddress(StunAttributeType.XorMappedAddress, out StunAddress address) && address.Port == 32853
                && StunIntegrity.IsFingerprintRight(message, out _, out _)
                && StunIntegrity.IsIntegrityRight(message, "VOkJxbRl1RmTxUk/WvJxBt"u8, out _, out _));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
