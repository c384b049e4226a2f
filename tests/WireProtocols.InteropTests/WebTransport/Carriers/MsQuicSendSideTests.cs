using WireProtocols.MsQuic;
using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.WebTransport.Carriers;

/// <summary>How much a stream over msquic takes before it has no room.</summary>
public sealed class MsQuicSendSideTests
{
    [Theory]
    [InlineData(0ul, 1000)]
    [InlineData(1500ul, 1500)]
    [InlineData(2001ul, 2000)]
    [InlineData(ulong.MaxValue, 2000)]
    public void Room_grows_with_the_path_up_to_a_share_of_what_all_streams_have(ulong ideal, long room)
    {
        QuicCarrierOptions options = new() { StreamRoom = 1000, ConnectionRoom = 16_000 };
        SendSide side = new(0, options, new QuicEventQueue(options), new QuicConnectionRoom(options.ConnectionRoom));
        Assert.Equal(1000, side.Room);
        side.Adjust(ideal);
        Assert.Equal(room, side.Room);
    }
}
