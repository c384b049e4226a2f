using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

/// <summary>Every rule that a client can break towards a server: the code, what it ends, and what is sent for it.</summary>
public class SessionViolationTests
{
    private const WebTransportErrorScope Stream = WebTransportErrorScope.Stream;
    private const WebTransportErrorScope Session = WebTransportErrorScope.Session;
    private const WebTransportErrorScope Connection = WebTransportErrorScope.Connection;

    private static readonly WebTransportConnectionOptions FlowControl = new()
    {
        Settings = new WebTransportSettings { InitialMaxData = 8, InitialMaxStreamsUni = 1, InitialMaxStreamsBidi = 1 },
        DataWindow = 8,
        StreamWindow = 1,
    };

    [Theory]
    [InlineData("2=000000", WebTransportProtocolError.MissingSettings, 0x10a)]
    [InlineData("2=00040133", WebTransportProtocolError.FramePayloadMalformed, 0x106)]
    [InlineData("2=00040433013301", WebTransportProtocolError.DuplicateSetting, 0x109)]
    [InlineData("2=0004023302", WebTransportProtocolError.InvalidSettingValue, 0x109)]
    [InlineData("2=0004020201", WebTransportProtocolError.ReservedSetting, 0x109)]
    [InlineData("@ready 2=0400", WebTransportProtocolError.FrameUnexpected, 0x105)]
    [InlineData("@ready 2=0000", WebTransportProtocolError.FrameUnexpected, 0x105)]
    [InlineData("@ready 2=404100", WebTransportProtocolError.StreamSignalMisplaced, 0x106)]
    [InlineData("@ready 2=0200", WebTransportProtocolError.ReservedFrameType, 0x105)]
    [InlineData("@ready 2=070100 2=070101", WebTransportProtocolError.InvalidId, 0x108)]
    [InlineData("@ready 2=0d0105 2=0d0104", WebTransportProtocolError.InvalidId, 0x108)]
    [InlineData("@ready 2=030100", WebTransportProtocolError.InvalidId, 0x108)]
    [InlineData("@ready 2=07020400", WebTransportProtocolError.FramePayloadMalformed, 0x106)]
    [InlineData("@ready 2=!", WebTransportProtocolError.CriticalStreamClosed, 0x104)]
    [InlineData("@ready ~2:100", WebTransportProtocolError.CriticalStreamClosed, 0x104)]
    [InlineData("@ready %3:100", WebTransportProtocolError.CriticalStreamClosed, 0x104)]
    [InlineData("@ready 6=00", WebTransportProtocolError.DuplicateCriticalStream, 0x103)]
    [InlineData("@ready 6=0220 10=02", WebTransportProtocolError.DuplicateCriticalStream, 0x103)]
    [InlineData("@ready 6=03 6=!", WebTransportProtocolError.CriticalStreamClosed, 0x104)]
    [InlineData("@ready 6=02c0", WebTransportProtocolError.QpackEncoderInstruction, 0x201)]
    [InlineData("@ready 6=0380", WebTransportProtocolError.QpackDecoderInstruction, 0x202)]
    [InlineData("@ready 6=0100", WebTransportProtocolError.StreamNotAllowed, 0x103)]
    [InlineData("@ready 0=0000", WebTransportProtocolError.FrameUnexpected, 0x105)]
    [InlineData("@ready 0=0103000080", WebTransportProtocolError.QpackDynamicReference, 0x200)]
    [InlineData("@ready 0=01050000!", WebTransportProtocolError.FrameTruncated, 0x106)]
    [InlineData("@ready 0=0503000000", WebTransportProtocolError.FrameUnexpected, 0x105)]
    [InlineData("@ready @connect 0=404100", WebTransportProtocolError.StreamSignalMisplaced, 0x106)]
    [InlineData("@ready @connect 0=01020000", WebTransportProtocolError.FrameUnexpected, 0x105)]
    [InlineData("@ready @connect 0=0400", WebTransportProtocolError.FrameUnexpected, 0x105)]
    [InlineData("@ready @connect 0=0005!", WebTransportProtocolError.FrameTruncated, 0x106)]
    [InlineData("@ready 14=405401", WebTransportProtocolError.InvalidSessionId, 0x108)]
    [InlineData("@ready 4=404102", WebTransportProtocolError.InvalidSessionId, 0x108)]
    [InlineData("@ready d=40", WebTransportProtocolError.DatagramTruncated, 0x33)]
    [InlineData("@ready d=", WebTransportProtocolError.DatagramTruncated, 0x33)]
    [InlineData("@ready d=d000000000000000", WebTransportProtocolError.QuarterStreamIdTooLarge, 0x33)]
    [InlineData("2=0004020801 4=404100", WebTransportProtocolError.StreamSignalMisplaced, 0x106)]
    public void A_violation_of_the_connection_closes_it_with_its_code(string script, WebTransportProtocolError error, long code)
    {
        using SessionScript server = new SessionScript().Run(script);
        Assert.Contains($"violation {error} 0x{code:x} {Connection} -1", server.Rows);
        Assert.Equal($"over 0x{code:x}", server.Rows[^1]);
        Assert.Equal($"close 0x{code:x}", server.Output.Rows[^1]);
        Assert.True(server.Connection.IsClosed);

        // Nothing that comes later does anything.
        int rows = server.Rows.Count;
        server.Run("0=00 d=00 ~0:0 %0:0");
        Assert.Equal(rows, server.Rows.Count);
    }

    [Theory]
    [InlineData("{990b4d41022a00}", WebTransportProtocolError.CapsuleTrailingBytes, 0x10e)]
    [InlineData("{684303000007}", WebTransportProtocolError.CapsuleFieldTruncated, 0x10e)]
    [InlineData("{68430600000007fffe}", WebTransportProtocolError.CloseReasonNotUtf8, 0x10e)]
    [InlineData("{800078ae0100}", WebTransportProtocolError.CapsuleTrailingBytes, 0x10e)]
    [InlineData("{990b4d3f08d000000000000001}", WebTransportProtocolError.StreamCountTooLarge, 0x045d4487)]
    [InlineData("{990b4d4308d000000000000001}", WebTransportProtocolError.StreamCountTooLarge, 0x045d4487)]
    [InlineData("{990b4d3d0105}", WebTransportProtocolError.LimitNotIncreased, 0x045d4487)]
    [InlineData("{990b4d3d0106} {990b4d3d0106}", WebTransportProtocolError.LimitNotIncreased, 0x045d4487)]
    [InlineData("{990b4d3f0102}", WebTransportProtocolError.LimitNotIncreased, 0x045d4487)]
    [InlineData("{990b4d400101}", WebTransportProtocolError.LimitNotIncreased, 0x045d4487)]
    [InlineData("{990b4d3e020005}", WebTransportProtocolError.ProhibitedCapsule, 0x045d4487)]
    [InlineData("{990b4d42020005}", WebTransportProtocolError.ProhibitedCapsule, 0x045d4487)]
    [InlineData("4=404100 8=404100", WebTransportProtocolError.StreamLimitExceeded, 0x045d4487)]
    [InlineData("14=405400 18=405400", WebTransportProtocolError.StreamLimitExceeded, 0x045d4487)]
    [InlineData("4=404100616263646566676869", WebTransportProtocolError.DataLimitExceeded, 0x045d4487)]
    [InlineData("4=40410061 ~4:0:12", WebTransportProtocolError.DataLimitExceeded, 0x045d4487)]
    [InlineData("{0005} 0=!", WebTransportProtocolError.CapsuleTruncated, 0x10e)]
    public void A_violation_of_the_session_resets_its_connect_stream_and_its_streams(string script, WebTransportProtocolError error, long code)
    {
        using SessionScript server = new SessionScript(FlowControl).Run("@fc @connect").Run(script);
        Assert.Contains($"violation {error} 0x{code:x} {Session} 0", server.Rows);
        Assert.Equal($"closed 0 {error}", server.Rows[^1]);
        Assert.Contains($"reset 0 0x{code:x} at 0", server.Output.Rows);
        Assert.Equal(!script.EndsWith('!'), server.Output.Rows.Contains($"stop 0 0x{code:x}"));
        Assert.True(server[0].IsClosed);
        Assert.False(server.Connection.IsClosed);
        Assert.Empty(server.Connection.Sessions);
        if (script.Contains("4=4041", StringComparison.Ordinal))
        {
            Assert.Contains($"reset 4 0x{WebTransportErrorCode.SessionGone:x} at 0", server.Output.Rows);
        }
    }

    [Theory]
    [InlineData("0=!", WebTransportProtocolError.RequestIncomplete, 0x10d)]
    [InlineData("0=2100!", WebTransportProtocolError.RequestIncomplete, 0x10d)]
    [InlineData("0=40!", WebTransportProtocolError.RequestIncomplete, 0x10d)]
    [InlineData("0=010400005100", WebTransportProtocolError.MalformedMessage, 0x10e)] // an empty :path and nothing else
    public void A_violation_of_a_request_ends_its_stream_alone(string script, WebTransportProtocolError error, long code)
    {
        using SessionScript server = new SessionScript().Run("@ready").Run(script);
        Assert.Equal(["ready", $"violation {error} 0x{code:x} {Stream} 0"], server.Rows);
        Assert.Contains($"reset 0 0x{code:x} at 0", server.Output.Rows);
        server.Run("@connect4");
        Assert.True(server[4].IsOpen);
    }

    public static TheoryData<string, Http3Field[]> MalformedRequests => new()
    {
        { "no method", [new(":scheme", "https"), new(":authority", "a"), new(":path", "/")] },
        {
            "two methods",
            [new(":method", "CONNECT"), new(":method", "CONNECT"), new(":scheme", "https"), new(":authority", "a"), new(":path", "/"), new(
                ":protocol", "webtransport-h3")]
        },
        { "no scheme", [new(":method", "CONNECT"), new(":authority", "a"), new(":path", "/"), new(":protocol", "webtransport-h3")] },
        {
            "http",
            [new(":method", "CONNECT"), new(":scheme", "http"), new(":authority", "a"), new(":path", "/"), new(":protocol", "webtransport-h3")]
        },
        { "no path", [new(":method", "CONNECT"), new(":scheme", "https"), new(":authority", "a"), new(":protocol", "webtransport-h3")] },
        { "no authority", [new(":method", "CONNECT"), new(":scheme", "https"), new(":path", "/"), new(":protocol", "webtransport-h3")] },
        {
            "an empty authority",
            [new(":method", "CONNECT"), new(":scheme", "https"), new(":authority", ""), new(":path", "/"), new(":protocol", "webtransport-h3")]
        },
        {
            "an authority that is not the host",
            [new(":method", "CONNECT"), new(":scheme", "https"), new(":authority", "a"), new(":path", "/"), new(":protocol", "webtransport-h3"), new(
                "host", "b")]
        },
        {
            "a pseudo-header field after a field",
            [new(":method", "CONNECT"), new(":scheme", "https"), new(":authority", "a"), new("x", "y"), new(":path", "/"), new(
                ":protocol", "webtransport-h3")]
        },
        {
            "an unknown pseudo-header field",
            [new(":method", "CONNECT"), new(":scheme", "https"), new(":authority", "a"), new(":path", "/"), new(":protocol", "webtransport-h3"), new(
                ":x", "y")]
        },
        {
            "a response's pseudo-header field",
            [new(":status", "200"), new(":method", "CONNECT"), new(":scheme", "https"), new(":authority", "a"), new(":path", "/"), new(
                ":protocol", "webtransport-h3")]
        },
        {
            "a connection field",
            [new(":method", "CONNECT"), new(":scheme", "https"), new(":authority", "a"), new(":path", "/"), new(":protocol", "webtransport-h3"), new(
                "connection", "close")]
        },
        {
            "te other than trailers",
            [new(":method", "CONNECT"), new(":scheme", "https"), new(":authority", "a"), new(":path", "/"), new(":protocol", "webtransport-h3"), new(
                "te", "gzip")]
        },
        {
            "a content length",
            [new(":method", "CONNECT"), new(":scheme", "https"), new(":authority", "a"), new(":path", "/"), new(":protocol", "webtransport-h3"), new(
                "content-length", "0")]
        },
        {
            "protocol without connect",
            [new(":method", "GET"), new(":scheme", "https"), new(":authority", "a"), new(":path", "/"), new(":protocol", "webtransport-h3")]
        },
        { "connect with a path", [new(":method", "CONNECT"), new(":authority", "a"), new(":path", "/")] },
    };

    [Theory]
    [MemberData(nameof(MalformedRequests))]
    public void A_malformed_request_is_reset_with_a_message_error(string what, Http3Field[] fields)
    {
        System.Buffers.ArrayBufferWriter<byte> output = new();
        Http3FrameEncoder.WriteHeaders(fields, output);
        using SessionScript server = new SessionScript().Run("@ready").Run($"0={Convert.ToHexStringLower(output.WrittenSpan)}");
        Assert.True(server.Rows[^1] == $"violation {WebTransportProtocolError.MalformedMessage} 0x10e {Stream} 0", what);
        Assert.Contains("reset 0 0x10e at 0", server.Output.Rows);
    }

    [Theory]
    [InlineData("0000 d1 d7 50 01 61 c1 22 5858 00")] // an uppercase name
    [InlineData("0000 d1 d7 50 01 61 c1 21 78 02 610a")] // a line feed in a value
    public void Characters_that_no_field_has_make_a_message_malformed(string section)
    {
        string hex = section.Replace(" ", "", StringComparison.Ordinal);
        using SessionScript server = new SessionScript().Run("@ready").Run($"0=01{hex.Length / 2:x2}{hex}");
        Assert.Equal($"violation {WebTransportProtocolError.MalformedMessage} 0x10e {Stream} 0", server.Rows[^1]);
    }

    [Fact]
    public void Data_after_a_close_resets_the_stream_whether_in_the_same_frame_or_later()
    {
        const string Close = "68430400000007";
        using SessionScript same = new SessionScript().Run("@ready @connect").Run($"{{{Close}0000}}");
        using SessionScript later = new SessionScript().Run("@ready @connect").Run($"{{{Close}}} {{0000}}");
        foreach (SessionScript server in (SessionScript[])[same, later])
        {
            Assert.Equal(
                ["ready", "requested 0 example.com /", "closed 0 7 ''", $"violation {WebTransportProtocolError.DataAfterClose} 0x10e {Session} 0"],
                server.Rows);
            Assert.Contains("reset 0 0x10e at 0", server.Output.Rows);
        }
    }

    [Fact]
    public void A_header_section_above_the_limit_ends_its_stream_or_the_connection()
    {
        WebTransportConnectionOptions options = new() { Settings = new WebTransportSettings(), MaxFieldSectionSize = 200 };
        using SessionScript decoded = new SessionScript(options).Run("@ready").Run($"0={SessionScript.Request("/" + new string('a', 150))}");
        Assert.Equal($"violation {WebTransportProtocolError.FieldSectionTooLarge} 0x107 {Stream} 0", decoded.Rows[^1]);
        using SessionScript encoded = new SessionScript(options).Run("@ready").Run($"0={SessionScript.Request("/" + new string('a', 500))}");
        Assert.Contains($"violation {WebTransportProtocolError.FrameTooLarge} 0x107 {Connection} -1", encoded.Rows);
    }

    [Fact]
    public void More_streams_than_the_limit_close_the_connection()
    {
        WebTransportConnectionOptions options = new() { Settings = new WebTransportSettings(), MaxStreams = 4 };
        using SessionScript server = new SessionScript(options).Run("@ready @connect 4=404100 8=404100");
        Assert.Contains($"violation {WebTransportProtocolError.TooManyStreams} 0x107 {Connection} -1", server.Rows);
    }

    [Fact]
    public void Without_flow_control_a_second_session_is_rejected()
    {
        using SessionScript server = new SessionScript().Run("@ready @connect @request4");
        Assert.Equal($"violation {WebTransportProtocolError.TooManySessions} 0x10b {Stream} 4", server.Rows[^1]);
        Assert.Contains("reset 4 0x10b at 0", server.Output.Rows);
        Assert.True(server[0].IsOpen);
    }

    [Theory]
    [InlineData("{990b4d3f08d000000000000001}")] // beyond 2^60
    [InlineData("{990b4d3d0100}")] // no increase
    [InlineData("{990b4d41022a00}")] // a byte too many
    [InlineData("{990b4d3b0117}")] // a stream of the other binding
    [InlineData("{190417deadbeef}")]
    public void Without_flow_control_its_capsules_are_unknown_whatever_they_hold(string script)
    {
        using SessionScript server = new SessionScript().Run("@ready @connect").Run(script).Run("d=0061");
        Assert.Equal(["ready", "requested 0 example.com /", "datagram 0 61"], server.Rows);
    }

    [Fact]
    public void Per_stream_flow_control_is_prohibited_with_and_without_flow_control()
    {
        using SessionScript server = new SessionScript().Run("@ready @connect {990b4d3e020005}");
        Assert.Contains($"violation {WebTransportProtocolError.ProhibitedCapsule} 0x45d4487 {Session} 0", server.Rows);
    }

    [Fact]
    public void Without_what_WebTransport_needs_its_requests_are_malformed()
    {
        using SessionScript server = new SessionScript().Run("2=000405ac7cf00001").Run($"0={SessionScript.Request()}");
        Assert.Equal(["ready RequirementsNotMet", $"violation {WebTransportProtocolError.MalformedMessage} 0x10e {Stream} 0"], server.Rows);
    }
}
