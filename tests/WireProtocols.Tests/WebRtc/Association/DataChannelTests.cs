using System.Buffers;
using System.Text;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Association;

/// <summary>Channels between two ends in memory; a round takes every packet across.</summary>
public class DataChannelTests
{
    private readonly DataChannelAssociation _client = new(isDtlsClient: true, new DataChannelOptions { MaxChannels = 8, MaxNameBytes = 100 });
    private readonly DataChannelAssociation _server = new(isDtlsClient: false, new DataChannelOptions { MaxChannels = 8, MaxNameBytes = 100 });
    private readonly List<DataChannelEvent> _clientEvents = [];
    private readonly List<DataChannelEvent> _serverEvents = [];
    private TimeSpan _now;

    public DataChannelTests()
    {
        _client.Connect(_now);
        Run();
        Assert.Equal(DataChannelEventKind.Connected, _clientEvents[0].Kind);
    }

    [Theory]
    [InlineData(DataChannelType.Reliable, 0u)]
    [InlineData(DataChannelType.ReliableUnordered, 0u)]
    [InlineData(DataChannelType.LimitedRetransmissionsUnordered, 3u)]
    [InlineData(DataChannelType.LimitedLifetime, 500u)]
    public void A_channel_is_opened_used_and_closed(DataChannelType type, uint parameter)
    {
        DataChannel channel = _client.Open("chat", _now, type, parameter, "json", 512);
        Assert.True(_client.TrySend(channel, "hello"u8, true, _now));
        Assert.Equal((0, DataChannelState.Opening), (channel.Id, channel.State));
        Run();
        Assert.Equal(DataChannelState.Open, channel.State);
        Assert.Equal(DataChannelEventKind.Opened, _clientEvents[^1].Kind);
        DataChannel seen = _serverEvents[1].Channel!;
        Assert.Equal((DataChannelEventKind.PeerOpened, 0, "chat", "json"), (_serverEvents[1].Kind, seen.Id, seen.Label, seen.Protocol));
        Assert.Equal((type, parameter, 512), (seen.Type, seen.ReliabilityParameter, seen.Priority));
        Assert.Equal("hello", Encoding.UTF8.GetString(_serverEvents[2].Payload.Span));

        Assert.True(_server.TrySend(seen, [], true, _now));
        Assert.True(_server.TrySend(seen, [], false, _now));
        Assert.True(_server.TrySend(seen, [0], false, _now));
        Run();
        Assert.Equal(
            [("", true), ("", false), ("00", false)], _clientEvents[^3..].Select(e => (Convert.ToHexString(e.Payload.Span), e.IsText)));

        Assert.True(_server.TrySend(seen, "last"u8, true, _now));
        _server.Close(seen);
        Assert.Throws<InvalidOperationException>(() => _server.TrySend(seen, [1], false, _now));
        Run();
        Assert.Equal((DataChannelState.Closed, DataChannelState.Closed), (channel.State, seen.State));
        Assert.Equal([DataChannelEventKind.Message, DataChannelEventKind.ChannelClosed], _clientEvents[^2..].Select(e => e.Kind));
        Assert.Equal((0, 0), (_client.Channels.Count, _server.Channels.Count));
        Assert.Equal(0, _client.Open("again", _now).Id);
    }

    [Fact]
    public void Each_side_has_ids_of_its_own()
    {
        Assert.Equal([0, 2, 4], Enumerable.Range(0, 3).Select(_ => _client.Open("c", _now).Id));
        Assert.Equal([1, 3, 5], Enumerable.Range(0, 3).Select(_ => _server.Open("s", _now).Id));
        Run();
        Assert.Equal((6, 6), (_client.Channels.Count, _server.Channels.Count));
        Assert.All(_client.Channels, c => Assert.Equal(DataChannelState.Open, c.State));
    }

    [Fact]
    public void Channels_and_names_have_limits()
    {
        DataChannel large = _client.Open(new string('l', 90), _now);
        DataChannel refused = _client.Open(new string('m', 11), _now);
        Run();
        Assert.Equal((DataChannelState.Open, DataChannelState.Closed), (large.State, refused.State));
        for (int i = 0; i < 7; i++)
        {
            _client.Open("", _now);
        }

        Assert.Throws<InvalidOperationException>(() => _client.Open("", _now));
    }

    [Fact]
    public void Text_is_UTF8_both_ways()
    {
        DataChannel channel = _client.Open("", _now);
        Assert.Throws<ArgumentException>(() => _client.TrySend(channel, [0xFF], true, _now));
        Run();
        Assert.Throws<ArgumentException>(() => _client.Open("", _now, DataChannelType.Reliable, 1));
        Assert.Throws<InvalidOperationException>(() => new DataChannelAssociation(true).Open("", _now));
    }

    [Fact]
    public void The_end_of_the_association_is_that_of_its_channels()
    {
        DataChannel channel = _client.Open("", _now);
        Run();
        _server.Shutdown(_now);
        Run();
        Assert.Equal((DataChannelEventKind.Closed, SctpEnd.Shutdown), (_clientEvents[^1].Kind, _clientEvents[^1].End));
        Assert.Equal(DataChannelState.Closed, channel.State);
        Assert.Throws<InvalidOperationException>(() => _client.TrySend(channel, [1], false, _now));
    }

    /// <summary>Whatever a peer does with its streams, it loses channels, and nothing is thrown.</summary>
    [Fact]
    public void A_peer_without_manners_loses_channels_alone()
    {
        SctpAssociation peer = new();
        DataChannelAssociation ours = new(isDtlsClient: false);
        List<DataChannelEvent> events = [];
        peer.Connect(_now);
        Exchange();
        byte[] open = new byte[12];
        DcepMessage.EncodeOpen(DataChannelType.Reliable, 0, 0, [], [], open, out _);

        // Data before the OPEN, and the OPEN while the stream is being closed.
        Send(0, DataChannelPayload.Text, "early"u8.ToArray());
        Send(0, DataChannelPayload.Dcep, open);

        // An OPEN with an id of ours, one that is malformed, and two on one stream.
        Send(1, DataChannelPayload.Dcep, open);
        Send(2, DataChannelPayload.Dcep, [3, 0]);
        Send(4, DataChannelPayload.Dcep, open);
        Send(4, DataChannelPayload.Dcep, open);

        // Channels with identifiers that mean nothing, and with text that is none.
        Send(6, DataChannelPayload.Dcep, open);
        Send(6, (DataChannelPayload)99, [1]);
        Send(8, DataChannelPayload.Dcep, open);
        Send(8, DataChannelPayload.Text, [0xFF]);

        // An ACK of nothing, and one channel as it should be.
        Send(10, DataChannelPayload.Dcep, [2]);
        Send(12, DataChannelPayload.Dcep, open);
        Send(12, DataChannelPayload.BinaryEmpty, [0]);
        Exchange();
        Assert.Equal([4, 6, 8, 12], events.Where(e => e.Kind == DataChannelEventKind.PeerOpened).Select(e => e.Channel!.Id));
        Assert.Equal([12], events.Where(e => e.Kind == DataChannelEventKind.Message).Select(e => e.Channel!.Id));
        Assert.Equal([4, 6, 8], ours.Channels.Where(c => c.State == DataChannelState.Closing).Select(c => c.Id).Order());
        Assert.Equal(1, ours.Open("ours", _now).Id);
        Assert.Equal(SctpState.Established, ours.State);

        void Send(int stream, DataChannelPayload identifier, byte[] payload)
            => Assert.True(peer.TrySend(stream, (uint)identifier, payload, SctpReliability.Ordered, _now));

        void Exchange()
        {
            for (int round = 0; round < 50; round++)
            {
                _now += TimeSpan.FromMilliseconds(100);
                peer.Advance(_now);
                ours.Advance(_now);
                while (peer.TryGetPacket(_now, out ReadOnlyMemory<byte> packet))
                {
                    ours.Receive(packet.Span, _now);
                }

                Take(ours, events);
                while (ours.TryGetPacket(_now, out ReadOnlyMemory<byte> packet))
                {
                    peer.Receive(packet.Span, _now);
                }
            }
        }
    }

    /// <summary>A peer whose INIT names no extensions answers no reset: the channel is closed for this side alone.</summary>
    [Fact]
    public void A_channel_of_a_peer_that_knows_no_resets_is_closed_at_once()
    {
        DataChannelAssociation client = new(isDtlsClient: true);
        DataChannelAssociation server = new(isDtlsClient: false);
        client.Connect(_now);
        Assert.True(client.TryGetPacket(_now, out ReadOnlyMemory<byte> init));
        Assert.Equal(OperationStatus.Done, SctpPacket.Decode(init.Span, out SctpPacket decoded, out _, out _));
        SctpPacketWriter bare = new(1200);
        bare.Begin(5000, 5000, 0);
        foreach (SctpChunk chunk in decoded)
        {
            bare.BeginInit(isAck: false, chunk.AsInit());
            bare.EndChunk();
        }

        server.Receive(bare.Finish().Span, _now);
        for (int i = 0; i < 3; i++)
        {
            Carry(server, client);
            Carry(client, server);
        }

        DataChannel channel = server.Open("one way", _now);
        server.Close(channel);
        List<DataChannelEvent> events = [];
        Take(server, events);
        Assert.Equal([DataChannelEventKind.Connected, DataChannelEventKind.ChannelClosed], events.Select(e => e.Kind));
        Assert.Equal((DataChannelState.Closed, 0), (channel.State, server.Channels.Count));
    }

    private void Run()
    {
        for (int round = 0; round < 50; round++)
        {
            _now += TimeSpan.FromMilliseconds(100);
            _client.Advance(_now);
            _server.Advance(_now);
            Carry(_client, _server);
            Carry(_server, _client);
            Take(_client, _clientEvents);
            Take(_server, _serverEvents);
        }
    }

    private void Carry(DataChannelAssociation from, DataChannelAssociation to)
    {
        while (from.TryGetPacket(_now, out ReadOnlyMemory<byte> packet))
        {
            to.Receive(packet.Span, _now);
        }
    }

    private void Take(DataChannelAssociation from, List<DataChannelEvent> events)
    {
        while (from.TryGetEvent(_now, out DataChannelEvent happened))
        {
            events.Add(happened);
        }
    }
}
