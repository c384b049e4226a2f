using System.Text;
using FsCheck;
using FsCheck.Fluent;
using WireProtocols.Fuzz.WebTransport;
using WireProtocols.Tests.Harness;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

/// <summary>A client and a server of this library, each other's peers.</summary>
public class SessionTests
{
    private const WebTransportStreamDirection Uni = WebTransportStreamDirection.Unidirectional;
    private const WebTransportStreamDirection Bidi = WebTransportStreamDirection.Bidirectional;

    public static TheoryData<WebTransportDialect, int> Ways
        => [.. WebTransportDialects.All.SelectMany(d => new[] { 1, 7, int.MaxValue }.Select(p => (d, p)))];

    [Theory]
    [MemberData(nameof(Ways))]
    public void Everything_a_session_has_arrives_in_every_dialect_and_split(WebTransportDialect dialect, int pieceSize)
    {
        using Loopback both = Create(dialect, pieceSize);
        WebTransportSession client = Open(both, "/path?x=1");
        WebTransportSession server = both.Server.Sessions[0];
        Assert.Equal((dialect, dialect), (both.Client.Dialect, both.Server.Dialect));

        client.SendDatagram("dg"u8);
        Assert.True(client.TryOpenStream(Bidi, out long bidi));
        client.Send(bidi, "ping"u8, endStream: true);
        Assert.True(client.TryOpenStream(Uni, out long uni));
        client.Send(uni, "one way"u8);
        client.ResetStream(uni, 29);
        both.Run();
        server.Send(bidi, "pong"u8, endStream: true);
        server.Drain();
        Assert.True(server.TryOpenStream(Uni, out long other));
        server.Send(other, "the other way"u8, endStream: true);
        both.Run();
        server.Close(4660, "bye ✓");
        both.Run();

        Assert.Equal(
            [
                "ready", "requested 0 example.com /path?x=1", "datagram 0 6467", $"stream 0 {bidi} Bidirectional", $"data {bidi} {Hex("ping")}",
                $"finished {bidi}",
                $"stream 0 {uni} Unidirectional", $"data {uni} {Hex("one way")}", $"reset {uni} 29", "closed 0 4660 'bye ✓'",
            ],
            both.ServerEvents.Rows);
        Assert.Equal(
            [
                "ready", "opened 0", $"data {bidi} {Hex("pong")}", $"finished {bidi}", "draining 0", $"stream 0 {other} Unidirectional",
                $"data {other} {Hex("the other way")}", $"finished {other}", "closed 0 4660 'bye ✓'",
            ],
            both.ClientEvents.Rows);

        // Each side is left with the two control streams.
        Assert.Equal((2, 2), (both.Client.StreamCount, both.Server.StreamCount));
    }

    [Fact]
    public void The_application_protocol_is_one_that_the_client_offers()
    {
        using Loopback both = Create(WebTransportDialect.Draft15);
        both.OnServer = item =>
        {
            if (item.Kind == WebTransportEventKind.SessionRequested)
            {
                Assert.Throws<ArgumentException>(() => item.Session!.Accept("d"));
                item.Session!.Accept("b", [new Http3Field("x-note", "hi")]);
            }
        };
        WebTransportSession client = both.Client.Connect("example.com", "/", ["a", "b\"c", "b"], [new Http3Field("origin", "https://example.org")]);
        both.Run();
        WebTransportSession server = both.Server.Sessions[0];
        Assert.Equal(["a", "b\"c", "b"], server.Request.AvailableProtocols);
        Assert.Equal("https://example.org", server.Request.Origin);
        Assert.Equal(("b", "b"), (client.Protocol, server.Protocol));
    }

    [Fact]
    public void A_client_that_requires_a_protocol_closes_a_session_without_one()
    {
        using Loopback both = Create(WebTransportDialect.Draft15);
        both.Client.Connect("example.com", "/", ["a"], requireProtocol: true);
        both.Run();
        Assert.Contains(
            $"violation {WebTransportProtocolError.ProtocolNotNegotiated} 0x817b3dd {WebTransportErrorScope.Session} 0", both.ClientEvents.Rows);
        Assert.Equal("closed 0 0x817b3dd ''", both.ServerEvents.Rows[^1]);
    }

    [Theory]
    [InlineData(302)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(429)]
    [InlineData(503)]
    public void A_rejected_session_tells_its_status_and_leaves_nothing_behind(int status)
    {
        using Loopback both = Create(WebTransportDialect.Draft15);
        both.OnServer = item => item.Session?.Reject(status);
        WebTransportSession client = both.Client.Connect("example.com", "/");
        both.Run();
        Assert.Equal($"rejected 0 {status}", both.ClientEvents.Rows[^1]);
        Assert.True(client.IsClosed);
        Assert.Equal((2, 2), (both.Client.StreamCount, both.Server.StreamCount));
        Assert.False(client.SendDatagram("late"u8));
    }

    [Fact]
    public void What_a_client_sends_before_the_answer_waits_for_it()
    {
        using Loopback both = Create(WebTransportDialect.Draft15);
        both.OnServer = _ => { };
        both.Run();
        WebTransportSession client = both.Client.Connect("example.com", "/");
        Assert.True(client.TryOpenStream(Bidi, out long bidi));
        client.Send(bidi, "early"u8, endStream: true);
        client.SendDatagram("also"u8);
        client.TryOpenStream(Uni, out long uni);
        client.ResetStream(uni, 5);
        both.Run();
        Assert.Equal(["ready", "requested 0 example.com /"], both.ServerEvents.Rows);
        Assert.Equal("early"u8.Length + "also"u8.Length, both.Server.BufferedBytes);
        both.Server.Sessions[0].Accept();
        Deliver(both);
        Assert.Equal(
            [
                $"stream 0 {bidi} Bidirectional", $"data {bidi} {Hex("early")}", $"finished {bidi}", $"stream 0 {uni} Unidirectional",
                $"reset {uni} 5", $"datagram 0 {Hex("also")}",
            ],
            both.ServerEvents.Rows.Skip(2));
        Assert.Equal(0, both.Server.BufferedBytes);
    }

    [Fact]
    public void What_arrives_before_settings_and_request_waits_for_both()
    {
        using SessionScript server = new SessionScript().Run("d=0061 4=4041006263 14=40540064! 8=40 8=4100 ~8:52e4a40fa8db");
        Assert.Empty(server.Rows);
        server.Run("@ready");
        Assert.Equal(["ready"], server.Rows);
        server.Run("@connect");
        server.HandOut();
        Assert.Equal(
            [
                "ready", "requested 0 example.com /", "stream 0 4 Bidirectional", "data 4 6263", "stream 0 14 Unidirectional", "data 14 64",
                "finished 14", "stream 0 8 Bidirectional", "reset 8 0", "datagram 0 61",
            ],
            server.Rows);
        server.Run("4=65!");
        Assert.Equal(["data 4 65", "finished 4"], server.Rows.Skip(10));
    }

    [Fact]
    public void A_request_before_settings_waits_for_them()
    {
        using SessionScript server = new SessionScript().Run($"0={SessionScript.Request()}");
        Assert.Empty(server.Rows);
        server.Run("@ready");
        Assert.Equal(["ready", "requested 0 example.com /"], server.Rows);
    }

    [Fact]
    public void A_client_that_announces_no_setting_opens_a_session_with_the_older_token()
    {
        using SessionScript server = new SessionScript().Run($"2=0004023301 0={SessionScript.Request(protocol: "webtransport")}");
        Assert.Equal(["ready", "requested 0 example.com /"], server.Rows);
        Assert.Equal(WebTransportDialect.Draft07, server.Connection.Dialect);
        server[0].Accept();
        server.Run("d=0061 4=40410062");
        Assert.Equal(["datagram 0 61", "stream 0 4 Bidirectional", "data 4 62"], server.Rows.Skip(2));
    }

    [Fact]
    public void Capsules_before_the_answer_wait_for_it()
    {
        using SessionScript server = new SessionScript().Run("@ready @request").Run("{800078ae00} {68430400000007}");
        Assert.Equal(["ready", "requested 0 example.com /"], server.Rows);
        server[0].Accept();
        server.HandOut();
        Assert.Equal(["draining 0", "closed 0 7 ''"], server.Rows.Skip(2));
    }

    [Fact]
    public void Buffers_keep_to_their_limits_and_the_oldest_makes_room()
    {
        WebTransportConnectionOptions options
            = new() { Settings = new WebTransportSettings(), MaxBufferedStreams = 2, MaxBufferedDatagrams = 2, MaxBufferedBytes = 8 };
        using SessionScript server = new SessionScript(options).Run("@ready 14=40540061 18=40540062 22=40540063 d=0001 d=0002 d=0003");
        Assert.Equal(
            [$"violation {WebTransportProtocolError.BufferedStreamRejected} 0x3994bd84 {WebTransportErrorScope.Stream} 14"], server.Rows.Skip(1));
        Assert.Contains("stop 14 0x3994bd84", server.Output.Rows);
        Assert.Equal(4, server.Connection.BufferedBytes);
        server.Run("18=6262626262");
        Assert.Contains("stop 18 0x3994bd84", server.Output.Rows);
        server.Run("@connect").HandOut();
        Assert.Equal(["stream 0 22 Unidirectional", "data 22 63", "datagram 0 02", "datagram 0 03"], server.Rows.Skip(4));
        Assert.Equal(0, server.Connection.BufferedBytes);
    }

    [Fact]
    public void More_capsules_before_the_answer_than_the_limit_end_the_request()
    {
        WebTransportConnectionOptions options = new() { Settings = new WebTransportSettings(), MaxBufferedBytes = 8 };
        using SessionScript server = new SessionScript(options).Run("@ready @request 0=0009001100112233445566");
        Assert.Equal($"violation {WebTransportProtocolError.EarlyDataTooLarge} 0x107 {WebTransportErrorScope.Session} 0", server.Rows[^2]);
        Assert.Equal(0, server.Connection.BufferedBytes);
    }

    [Fact]
    public void Late_streams_of_a_closed_session_are_refused_and_its_datagrams_dropped()
    {
        using SessionScript server = new SessionScript().Run("@ready @connect 4=404100");
        server[0].Close(7, "enough");
        Assert.Equal(["stream 0 000d68430a00000007656e6f756768 end", "reset 4 0x170d7b68 at 0", "stop 4 0x170d7b68"], server.Output.Rows.Skip(1));
        server.Run("4=61 8=404100 14=405400 d=0061 0=!");
        Assert.Contains("reset 8 0x170d7b68 at 0", server.Output.Rows);
        Assert.Contains("stop 14 0x170d7b68", server.Output.Rows);
        Assert.Equal(["ready", "requested 0 example.com /", "stream 0 4 Bidirectional", "closed 0 7 'enough'"], server.Rows);
        Assert.Equal(0, server.Connection.BufferedBytes);
    }

    [Fact]
    public void A_clean_end_of_the_connect_stream_is_a_close_without_code_or_reason()
    {
        using SessionScript server = new SessionScript().Run("@ready @connect 0=!");
        Assert.Equal("closed 0 0 ''", server.Rows[^1]);
        Assert.Equal("stream 0  end", server.Output.Rows[^1]);
    }

    [Fact]
    public void An_abrupt_end_of_the_connect_stream_ends_the_session()
    {
        using SessionScript server = new SessionScript().Run("@ready @connect ~0:10c");
        Assert.Equal("closed 0 0x10c ''", server.Rows[^1]);
        Assert.Contains(server.Output.Rows, r => r.StartsWith("reset 0 ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0x52e4a40fa8f8, "29")]
    [InlineData(0x52e4a40fa8f9, "0x52e4a40fa8f9")]
    [InlineData(0x10c, "0x10c")]
    public void Codes_that_are_none_of_the_applications_come_without_one(long code, string expected)
    {
        using SessionScript server = new SessionScript().Run($"@ready @connect 4=404100 %4:{code:x} 8=404100 ~8:{code:x}");
        Assert.Contains($"stopped 4 {expected}", server.Rows);
        Assert.Contains($"reset 8 {expected}", server.Rows);
        Assert.Contains($"reset 4 0x{code:x} at 0", server.Output.Rows);
    }

    [Fact]
    public void A_reset_of_a_stream_of_ours_keeps_the_header_reliable()
    {
        using SessionScript server = new SessionScript().Run("@ready @connect");
        Assert.True(server[0].TryOpenStream(Uni, out long uni));
        server[0].ResetStream(uni, 30);
        Assert.Equal(["stream 7 405400", "reset 7 0x52e4a40fa8fa at 3"], server.Output.Rows.Skip(1));
        Assert.Equal(0, server[0].Send(uni, "late"u8));
    }

    [Theory]
    [InlineData("get", 404)]
    [InlineData("connect", 405)]
    [InlineData("websocket", 501)]
    [InlineData("webtransport", 501)]
    public void Other_requests_are_answered_with_a_status(string what, int status)
    {
        Http3Field[] fields = what switch
        {
            "get" => [new(":method", "GET"), new(":scheme", "https"), new(":authority", "a"), new(":path", "/")],
            "connect" => [new(":method", "CONNECT"), new(":authority", "a:1")],
            _ => [new(":method", "CONNECT"), new(":scheme", "https"), new(":authority", "a"), new(":path", "/"), new(":protocol", what)],
        };
        System.Buffers.ArrayBufferWriter<byte> output = new();
        Http3FrameEncoder.WriteHeaders(fields, output);
        using SessionScript server = new SessionScript().Run("@ready").Run($"0={Convert.ToHexStringLower(output.WrittenSpan)}");
        Assert.Equal(["ready"], server.Rows);
        byte[] answer = server.Output.Stream(0);
        Assert.Equal(
            System.Buffers.OperationStatus.Done, QpackDecoder.Decode(answer.AsSpan(2), 1000, out IReadOnlyList<Http3Field> response, out _, out _));
        Assert.Equal([new Http3Field(":status", $"{status}")], response);
        Assert.EndsWith(" end", server.Output.Rows[0], StringComparison.Ordinal);
        Assert.Equal("stop 0 0x100", server.Output.Rows[1]);
    }

    [Fact]
    public void Unknown_stream_types_and_frames_are_let_go()
    {
        using SessionScript server = new SessionScript().Run("@ready @connect 14=21ffff 18=5f 2=2103010203 0=2103010203 0=!");
        Assert.Equal(["ready", "requested 0 example.com /", "closed 0 0 ''"], server.Rows);
        Assert.Contains("stop 14 0x103", server.Output.Rows);
    }

    [Fact]
    public void After_goaway_new_sessions_are_rejected_and_old_ones_go_on()
    {
        using Loopback both = Create(WebTransportDialect.Draft15);
        WebTransportSession client = Open(both);
        both.Server.GoAway();
        both.Run();
        Assert.Equal("goaway", both.ClientEvents.Rows[^1]);
        Assert.Throws<InvalidOperationException>(() => both.Client.Connect("example.com", "/"));
        client.SendDatagram("still"u8);
        both.Run();
        Assert.Equal($"datagram 0 {Hex("still")}", both.ServerEvents.Rows[^1]);

        using SessionScript server = new SessionScript().Run("@ready @connect");
        server.Connection.GoAway();
        Assert.Equal("stream 3 070104", server.Output.Rows[^1]);
        server.Run("@request4 d=0161");
        Assert.Contains("reset 4 0x10b at 0", server.Output.Rows);
        Assert.Equal(2, server.Rows.Count);
    }

    [Fact]
    public void Flow_control_holds_data_and_streams_until_the_limits_rise()
    {
        WebTransportConnectionOptions options = new()
        {
            Settings = new WebTransportSettings { InitialMaxData = 10, InitialMaxStreamsUni = 1, InitialMaxStreamsBidi = 1 },
            DataWindow = 10,
            StreamWindow = 1,
        };
        using Loopback both = new(options, options);
        WebTransportSession client = Open(both);
        Assert.True(both.Client.HasFlowControl && both.Server.HasFlowControl);
        Assert.True(client.TryOpenStream(Bidi, out long bidi));
        Assert.False(client.TryOpenStream(Bidi, out _));
        Assert.Equal(10, client.Send(bidi, new byte[25], endStream: true));
        Assert.Equal(0, client.Send(bidi, new byte[15]));
        both.Run();

        // The server has read ten bytes and allows as many again, twice.
        Assert.Equal("limits 0", both.ClientEvents.Rows[^1]);
        Assert.Equal(10, client.Send(bidi, new byte[15]));
        both.Run();
        Assert.Equal(5, client.Send(bidi, new byte[5], endStream: true));
        both.Run();
        both.Server.Sessions[0].Send(bidi, default, endStream: true);
        both.Run();
        Assert.True(client.TryOpenStream(Bidi, out _));
        Assert.DoesNotContain(both.ClientEvents.Rows.Concat(both.ServerEvents.Rows), r => r.StartsWith("violation", StringComparison.Ordinal));
    }

    [Fact]
    public void Limits_that_settings_leave_at_zero_are_raised_by_capsules()
    {
        WebTransportConnectionOptions options
            = new() { Settings = new WebTransportSettings { InitialMaxStreamsUni = 1 }, DataWindow = 100, StreamWindow = 4 };
        using Loopback both = new(options, options);
        both.Run();
        WebTransportSession client = both.Client.Connect("example.com", "/");
        Assert.False(client.TryOpenStream(Bidi, out _));
        Assert.True(client.TryOpenStream(Uni, out long uni));
        Assert.Equal(0, client.Send(uni, "x"u8));
        both.Run();
        Assert.True(client.TryOpenStream(Bidi, out _));
        Assert.Equal(100, client.Send(uni, new byte[200]));
    }

    [Fact]
    public void Blocked_capsules_are_sent_once_a_limit()
    {
        using SessionScript server = new SessionScript(new WebTransportConnectionOptions { DataWindow = 1, StreamWindow = 1 }).Run("@fc @connect");
        server.Output.Rows.Clear();
        WebTransportSession session = server[0];
        Assert.True(session.TryOpenStream(Uni, out long uni));
        Assert.True(session.TryOpenStream(Uni, out _));
        Assert.False(session.TryOpenStream(Uni, out _));
        Assert.False(session.TryOpenStream(Uni, out _));
        Assert.Equal(5, session.Send(uni, new byte[6]));
        Assert.Equal(0, session.Send(uni, new byte[1]));
        Assert.Equal(2, server.Output.Rows.Count(r => r.StartsWith("stream 0 ", StringComparison.Ordinal)));
        Assert.Contains("stream 0 0006990b4d440102", server.Output.Rows);
        Assert.Contains("stream 0 0006990b4d410105", server.Output.Rows);
        server.Run("{990b4d3d0106}");
        Assert.Equal("limits 0", server.Rows[^1]);
        Assert.Equal(1, session.Send(uni, new byte[2]));
        Assert.Contains("stream 0 0006990b4d410106", server.Output.Rows);
    }

    [Fact]
    public void Datagrams_in_capsules_arrive_whole_and_too_large_ones_do_not()
    {
        WebTransportConnectionOptions options = new() { Settings = new WebTransportSettings(), MaxDatagramSize = 5 };
        using SessionScript server
            = new SessionScript(options).Run("@ready @connect {0003616263} {000561} {6263} 0=00026465 {0006616161616161} {0000}");
        Assert.Equal(["datagram 0 616263", "datagram 0 6162636465", "datagram 0 "], server.Rows.Skip(2));
    }

    [Fact]
    public void A_datagram_larger_than_the_stack_can_send_is_refused()
    {
        using SessionScript server = new SessionScript().Run("@ready @connect");
        Assert.True(server[0].SendDatagram(new byte[1199]));
        Assert.False(server[0].SendDatagram(new byte[1200]));
    }

    [Fact]
    public void Without_datagrams_or_reliable_reset_of_the_carrier_less_is_offered()
    {
        RecordingOutput plain = new() { SupportsReliableReset = false };
        using WebTransportConnection connection = new(WebTransportRole.Server, plain);
        Assert.DoesNotContain("ac7cf00001", plain.Rows[0], StringComparison.Ordinal);
        RecordingOutput deaf = new() { MaxDatagramSize = 0 };
        using WebTransportConnection without = new(WebTransportRole.Server, deaf);
        Assert.DoesNotContain("3301", deaf.Rows[0], StringComparison.Ordinal);
        using WebTransportConnection lenient = new(WebTransportRole.Server, deaf, new WebTransportConnectionOptions { RequireDatagrams = false });
        Assert.DoesNotContain("3301", deaf.Rows[1], StringComparison.Ordinal);
        Assert.Contains("ac7cf00001", deaf.Rows[1], StringComparison.Ordinal);
        using WebTransportConnection pretending = new(
            WebTransportRole.Server, deaf, new WebTransportConnectionOptions { RequireDatagrams = false, AnnounceMissingDatagrams = true });
        Assert.Contains("3301", deaf.Rows[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_client_refuses_what_only_a_client_may_open_and_answers_that_are_none()
    {
        Assert.Contains(
            $"violation {WebTransportProtocolError.StreamNotAllowed} 0x103 {WebTransportErrorScope.Connection} -1",
            Client(c => c.ReceiveStream(1, new byte[] { 0x01, 0x00 }, false)));
        Assert.Contains(
            $"violation {WebTransportProtocolError.InvalidId} 0x108 {WebTransportErrorScope.Connection} -1",
            Client(c => c.ReceiveStream(7, new byte[] { 0x01, 0x00 }, false)));
        Assert.Contains(
            $"violation {WebTransportProtocolError.FrameUnexpected} 0x105 {WebTransportErrorScope.Connection} -1",
            Client(c => c.ReceiveStream(3, new byte[] { 0x0d, 0x01, 0x00 }, false)));
        Assert.Contains(
            $"violation {WebTransportProtocolError.InvalidId} 0x108 {WebTransportErrorScope.Connection} -1",
            Client(c => c.ReceiveStream(3, new byte[] { 0x07, 0x01, 0x01 }, false)));
        Assert.Contains(
            $"violation {WebTransportProtocolError.InvalidId} 0x108 {WebTransportErrorScope.Connection} -1",
            Client(c => c.ReceiveStream(0, new byte[] { 0x05, 0x03, 0, 0, 0 }, false)));
        foreach (string answer in (string[])["0000", "0000d1", "0000d9d9", "00005f0903313031", "0000ff01", "0000d9540130", "0000dbd9"])
        {
            byte[] section = Convert.FromHexString(answer);
            Assert.Contains(
                $"violation {WebTransportProtocolError.MalformedMessage} 0x10e {WebTransportErrorScope.Session} 0",
                Client(c => c.ReceiveStream(0, (byte[])[0x01, (byte)section.Length, .. section], false)));
        }
    }

    [Fact]
    public void Interim_responses_are_passed_over()
        => Assert.Equal(["ready", "opened 0"], Client(c => c.ReceiveStream(0, Convert.FromHexString("01030000d8" + "01030000d9"), false)));

    [Fact]
    public void Unread_events_are_not_overrun()
    {
        using WebTransportConnection connection = new(WebTransportRole.Server, new RecordingOutput());
        connection.ReceiveStream(2, Convert.FromHexString("000400"), false);
        Assert.Throws<InvalidOperationException>(() => connection.ReceiveDatagram(new byte[1]));
        Assert.True(connection.TryRead(out _));
        connection.ReceiveDatagram(new byte[1]);
    }

    [Fact]
    public void Datagrams_and_stream_data_allocate_nothing()
    {
        using WebTransportConnection connection = new(WebTransportRole.Server, new NullOutput());
        connection.ReceiveStream(2, Convert.FromHexString("0004073301ac7cf00001"), false);
        while (connection.TryRead(out _))
        {
        }

        connection.ReceiveStream(0, Convert.FromHexString(SessionScript.Request()), false);
        Assert.True(connection.TryRead(out WebTransportEvent request));
        request.Session!.Accept();
        byte[] datagram = new byte[65];
        byte[] first = [0x40, 0x41, 0x00];
        connection.ReceiveStream(4, first, false);
        connection.TryRead(out _);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int round = 0; round < 100; round++)
            {
                connection.ReceiveDatagram(datagram);
                connection.TryRead(out WebTransportEvent item);
                request.Session.SendDatagram(item.Data.Span);
                connection.ReceiveStream(4, datagram, false);
                connection.TryRead(out item);
                request.Session.Send(4, item.Data.Span);
            }
        }));
    }

    [Fact]
    public void Any_application_data_arrives_as_it_was_sent_in_any_split()
        => Prop.ForAll<byte[][], int>((messages, seed) =>
        {
            using Loopback both = Create(WebTransportDialect.Draft13, 1 + Math.Abs(seed % 9));
            WebTransportSession client = Open(both);
            List<string> expected = [];
            foreach (byte[] message in messages.Where(m => m is not null))
            {
                client.TryOpenStream((seed & 1) == 0 ? Bidi : Uni, out long id);
                client.Send(id, message, endStream: true);
                expected.Add($"stream 0 {id} {((seed & 1) == 0 ? Bidi : Uni)}");
                expected.AddRange(message.Length == 0 ? [] : [$"data {id} {Convert.ToHexStringLower(message)}"]);
                expected.Add($"finished {id}");
            }

            both.Run();
            return both.ServerEvents.Rows.Skip(2).SequenceEqual(expected);
        }).Check(Config.QuickThrowOnFailure);

    private static Loopback Create(WebTransportDialect dialect, int pieceSize = int.MaxValue)
    {
        WebTransportConnectionOptions options = new()
        {
            Settings = new WebTransportSettings
            {
                Dialects = [dialect],
                InitialMaxData = 1 << 20,
                InitialMaxStreamsBidi = 100,
                InitialMaxStreamsUni = 100,
            },
        };
        return new Loopback(options, options, pieceSize).Run();
    }

    private static WebTransportSession Open(Loopback both, string path = "/")
    {
        both.Run();
        WebTransportSession session = both.Client.Connect("example.com", path);
        both.Run();
        Assert.True(session.IsOpen);
        return session;
    }

    private static void Deliver(Loopback both)
    {
        while (both.Server.TryRead(out WebTransportEvent item))
        {
            both.ServerEvents.Add(item);
        }

        both.Run();
    }

    private static string Hex(string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text));

    /// <summary>A client that has asked for a session, and what it makes of a server's bytes.</summary>
    private static IReadOnlyList<string> Client(Action<WebTransportConnection> receive)
    {
        EventRows rows = new();
        using WebTransportConnection connection = new(WebTransportRole.Client, new RecordingOutput());
        connection.ReceiveStream(3, Convert.FromHexString("0004093301" + "0801" + "ac7cf00001"), false);
        Read();
        connection.Connect("example.com", "/");
        receive(connection);
        Read();
        return rows.Rows;

        void Read()
        {
            while (connection.TryRead(out WebTransportEvent item))
            {
                rows.Add(item);
            }
        }
    }

    private sealed class NullOutput : IQuicOutput
    {
        public int MaxDatagramSize => 1200;

        public bool SupportsReliableReset => true;

        public void SendStream(long streamId, ReadOnlySpan<byte> data, bool endStream)
        {
        }

        public void SendDatagram(ReadOnlySpan<byte> datagram)
        {
        }

        public void ResetStream(long streamId, long errorCode, long reliableSize)
        {
        }

        public void StopSending(long streamId, long errorCode)
        {
        }

        public void Close(long errorCode, string reason)
        {
        }
    }
}
