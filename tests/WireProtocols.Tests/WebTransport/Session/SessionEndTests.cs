using WireProtocols.Fuzz.WebTransport;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

/// <summary>How sessions end, and what the application is told of it: once, and nothing is lost.</summary>
public class SessionEndTests
{
    /// <summary>What a peer sends that closes with code 1 and the reason "ErrorReason": two DATA frames and FIN.</summary>
    private const string Close = "000368430f000f000000014572726f72526561736f6e";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stop_of_the_connect_stream_that_overtakes_the_close_loses_neither_code_nor_reason(bool byteByByte)
    {
        using SessionScript server = new SessionScript().Run("@ready @connect 4=404100 %0:170d7b68");
        Assert.Equal(["ready", "requested 0 example.com /", "stream 0 4 Bidirectional"], server.Rows);
        Assert.Equal(["reset 0 0x170d7b68 at 0", "reset 4 0x170d7b68 at 0", "stop 4 0x170d7b68"], server.Output.Rows.Skip(1));
        Assert.True(server[0].IsClosed);
        Assert.Empty(server.Connection.Sessions);
        server.Run(byteByByte ? string.Join(' ', Close.Chunk(2).Select(c => $"0={new string(c)}")) + " 0=!" : $"0={Close}!");
        Assert.Equal(["closed 0 1 'ErrorReason'"], server.Rows.Skip(3));

        // The two control streams are left, and the stream that the peer has not been able to end yet.
        Assert.Equal(3, server.Connection.StreamCount);
    }

    /// <summary>The stop overtakes the request itself: there is no way left to answer it, so it is no session.</summary>
    [Theory]
    [InlineData("%0:10c", "", "0x10b")]
    [InlineData("%0:10c", "!", null)]
    [InlineData("0=2100 %0:10c", "!", "0x10c")]
    [InlineData("0=01 %0:10c", "", "0x10c")]
    public void A_request_on_a_stream_that_the_peer_does_not_read_is_no_session(string before, string end, string? stop)
    {
        using SessionScript server = new SessionScript().Run($"@ready {before} 0={SessionScript.Request()}{end} @request4");
        Assert.Equal(["ready", "requested 4 example.com /"], server.Rows);
        Assert.Equal(stop is null ? ["reset 0 0x10c at 0"] : ["reset 0 0x10c at 0", $"stop 0 {stop}"], server.Output.Rows);
    }

    [Theory]
    [InlineData("0=!", "closed 0 0 ''")]
    [InlineData("~0:10c", "closed 0 0x10c ''")]
    [InlineData("{0000} {800078ae00} 0=!", "closed 0 0 ''")]
    [InlineData("{0005} 0=!", "closed 0 CapsuleTruncated")]
    public void After_a_stop_the_peers_own_side_of_the_connect_stream_says_why(string script, string expected)
    {
        using SessionScript server = new SessionScript().Run("@ready @connect %0:170d7b68").Run(script);
        Assert.Equal(expected, server.Rows[^1]);
        Assert.Single(server.Rows, r => r.StartsWith("closed", StringComparison.Ordinal));
        Assert.Single(server.Output.Rows, r => r.StartsWith("reset 0", StringComparison.Ordinal));
        server.Run("@connect4");
        Assert.True(server[4].IsOpen);
    }

    [Fact]
    public void A_stop_without_a_last_word_is_told_when_the_connection_ends_or_the_application_closes()
    {
        using SessionScript server = new SessionScript().Run("@ready @connect %0:170d7b68");
        server.Connection.ReceiveClose(0x100);
        server.HandOut();
        Assert.Equal(["closed 0 0x170d7b68 ''", "over 0x100"], server.Rows.Skip(2));

        using SessionScript other = new SessionScript().Run("@ready @connect %0:170d7b68");
        other[0].Close(5, "so be it");
        other.Run($"0={Close}!");
        Assert.Equal(["closed 0 5 'so be it'"], other.Rows.Skip(2));
        Assert.Equal(2, other.Connection.StreamCount);
    }

    [Fact]
    public void A_client_that_stops_reading_the_answer_has_given_its_request_up()
    {
        using SessionScript server = new SessionScript().Run("@ready @request %0:10c");
        Assert.Equal("closed 0 0x10c ''", server.Rows[^1]);
    }

    [Fact]
    public void Ones_own_close_tells_the_end_of_the_session_once()
    {
        using SessionScript server = new SessionScript().Run("@ready @connect");
        server[0].Close(7, "enough");
        server[0].Close(8, "more than enough");
        server.HandOut();
        server.Run($"%0:170d7b68 0={Close}!");
        Assert.Equal(["closed 0 7 'enough'"], server.Rows.Skip(2));
    }

    [Fact]
    public void Refusing_a_request_tells_its_end()
    {
        using SessionScript server = new SessionScript().Run("@ready @request");
        server[0].Close();
        server.HandOut();
        Assert.Equal("closed 0 0 ''", server.Rows[^1]);
        Assert.Contains("reset 0 0x10b at 0", server.Output.Rows);
    }

    [Fact]
    public void Ones_own_close_of_the_connection_tells_the_end_of_every_session()
    {
        using SessionScript server = new SessionScript(new WebTransportConnectionOptions()).Run("@fc @connect @connect4");
        server.Connection.Close(0x102, "broken");
        server.HandOut();
        Assert.Equal(["closed 0 0x102 ''", "closed 4 0x102 ''", "over 0x102"], server.Rows.Skip(3));
    }

    [Theory]
    [InlineData("01030000db", "rejected 0 404")]
    [InlineData("01030000d9" + Close, "opened 0|closed 0 1 'ErrorReason'")]
    public void A_server_that_stops_reading_before_it_answers_is_heard(string answer, string expected)
        => Assert.Equal(expected, Client(connection =>
        {
            connection.ReceiveStopSending(0, WebTransportErrorCode.NoError);
            return () => connection.ReceiveStream(0, Convert.FromHexString(answer), true);
        }));

    [Fact]
    public void A_server_that_ends_without_an_answer_breaks_a_rule()
        => Assert.Equal(
            "violation MalformedMessage 0x10e Session 0|closed 0 MalformedMessage",
            Client(connection => () => connection.ReceiveStream(0, default, true)));

    [Fact]
    public void An_answer_that_comes_after_ones_own_close_changes_nothing()
        => Assert.Equal("closed 0 3 'never mind'", Client(connection =>
        {
            connection.Sessions[0].Close(3, "never mind");
            return () => connection.ReceiveStream(0, Convert.FromHexString("01030000d9"), true);
        }));

    /// <summary>What a client with one session that is not answered is told, in two steps with its events read in between.</summary>
    private static string Client(Func<WebTransportConnection, Action> receive)
    {
        EventRows rows = new();
        using WebTransportConnection connection = new(WebTransportRole.Client, new RecordingOutput());
        connection.ReceiveStream(3, Convert.FromHexString("0004093301" + "0801" + "ac7cf00001"), false);
        HandOut();
        connection.Connect("example.com", "/");
        Action second = receive(connection);
        HandOut();
        second();
        HandOut();
        return string.Join('|', rows.Rows.Skip(1));

        void HandOut()
        {
            while (connection.TryRead(out WebTransportEvent item))
            {
                rows.Add(item);
            }
        }
    }
}
