using System.Buffers;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

public class WebTransportSettingsTests
{
    private static readonly WebTransportSettings Everything = new();

    // What the code points of the dialects' texts are.
    [Theory]
    [InlineData(WebTransportDialect.Draft02, 0x2b603742, "webtransport", false)]
    [InlineData(WebTransportDialect.Draft07, 0xc671706a, "webtransport", false)]
    [InlineData(WebTransportDialect.Draft13, 0x14e9cd29, "webtransport", true)]
    [InlineData(WebTransportDialect.Draft15, 0x2c7cf000, "webtransport-h3", true)]
    public void Each_dialect_has_its_setting_and_its_token(WebTransportDialect dialect, long setting, string token, bool flowControl)
    {
        Assert.Equal(setting, dialect.GetSettingId());
        Assert.Equal(token, dialect.GetProtocolToken());
        Assert.Equal(flowControl, dialect.HasFlowControl());
        WebTransportNegotiation negotiation = Negotiate(WebTransportRole.Server, Everything, new(0x33, 1), new(setting, 1));
        Assert.Equal((dialect, WebTransportProtocolError.None), (negotiation.Dialect, negotiation.Error));
    }

    [Fact]
    public void The_newest_dialect_of_both_sides_is_selected()
    {
        WebTransportNegotiation negotiation
            = Negotiate(WebTransportRole.Server, Everything, new(0x33, 1), new(0x2b603742, 1), new(0x14e9cd29, 4), new(0xc671706a, 1));
        Assert.Equal(WebTransportDialect.Draft13, negotiation.Dialect);
        WebTransportSettings old = Everything with { Dialects = [WebTransportDialect.Draft02, WebTransportDialect.Draft07] };
        Assert.Equal(
            WebTransportDialect.Draft07, Negotiate(WebTransportRole.Server, old, new(0x33, 1), new(0x2b603742, 1), new(0xc671706a, 1)).Dialect);
    }

    [Theory]
    [InlineData(0x2c7cf000, 1, false)] // no datagrams
    [InlineData(0x2c7cf000, 0, true)] // not enabled
    [InlineData(0x99, 1, false)] // nothing known
    [InlineData(0xc671706a, 0, true)] // no session
    [InlineData(0x2b603742, 2, true)] // neither 0 nor 1
    public void Without_its_requirements_there_is_no_WebTransport(long setting, long value, bool datagrams)
    {
        Http3Setting[] settings = datagrams ? [new(0x33, 1), new(setting, value)] : [new(setting, value)];
        WebTransportNegotiation negotiation = Negotiate(WebTransportRole.Server, Everything, settings);
        Assert.Null(negotiation.Dialect);
        Assert.Equal(WebTransportProtocolError.RequirementsNotMet, negotiation.Error);
    }

    [Fact]
    public void A_client_that_announces_nothing_but_datagrams_speaks_drafts_09_to_12()
    {
        WebTransportNegotiation negotiation = Negotiate(WebTransportRole.Server, Everything with { MaxSessions = 7 }, new Http3Setting(0x33, 1));
        Assert.Equal(
            (WebTransportDialect.Draft07, 7L, WebTransportProtocolError.None), (negotiation.Dialect, negotiation.MaxSessions, negotiation.Error));

        // A server announces itself in every draft, and a server that does not speak those drafts does not take such a client.
        Assert.Null(Negotiate(WebTransportRole.Client, Everything, new(0x33, 1), new(0x08, 1)).Dialect);
        Assert.Null(
            Negotiate(WebTransportRole.Server, Everything with { Dialects = [WebTransportDialect.Draft15] }, new Http3Setting(0x33, 1)).Dialect);
        Assert.Null(Negotiate(WebTransportRole.Server, Everything, new Http3Setting(0x08, 1)).Dialect);
    }

    [Fact]
    public void A_client_needs_the_servers_extended_connect_and_a_server_not_the_clients()
    {
        Assert.Equal(
            WebTransportProtocolError.RequirementsNotMet, Negotiate(WebTransportRole.Client, Everything, new(0x33, 1), new(0x2c7cf000, 1)).Error);
        Assert.Equal(
            WebTransportProtocolError.None, Negotiate(WebTransportRole.Client, Everything, new(0x33, 1), new(0x08, 1), new(0x2c7cf000, 1)).Error);
        Assert.Equal(WebTransportProtocolError.None, Negotiate(WebTransportRole.Server, Everything, new(0x33, 1), new(0x2c7cf000, 1)).Error);
    }

    [Fact]
    public void A_client_rejects_WT_ENABLED_above_1_with_a_settings_error()
    {
        WebTransportNegotiation negotiation = Negotiate(WebTransportRole.Client, Everything, new(0x33, 1), new(0x08, 1), new(0x2c7cf000, 2));
        Assert.Equal(WebTransportProtocolError.InvalidSettingValue, negotiation.Error);
        Assert.Equal(WebTransportErrorCode.SettingsError, negotiation.Error.GetErrorCode());
    }

    [Fact]
    public void Datagrams_by_their_draft_identifier_do_for_the_oldest_dialect_only()
    {
        Assert.Equal(
            WebTransportDialect.Draft02,
            Negotiate(WebTransportRole.Server, Everything, new(0xffd277, 1), new(0x2b603742, 1), new(0xc671706a, 1)).Dialect);
        Assert.Null(Negotiate(WebTransportRole.Server, Everything, new(0xffd277, 1), new(0xc671706a, 1)).Dialect);
    }

    [Theory]
    [InlineData(0x2c7cf000, 0x2b61, true)]
    [InlineData(0x2c7cf000, 0x2b64, true)]
    [InlineData(0x2c7cf000, 0x2b65, true)]
    [InlineData(0x14e9cd29, 0x2b65, true)]
    [InlineData(0xc671706a, 0x2b65, false)]
    [InlineData(0x2c7cf000, 0x2b62, false)]
    public void Flow_control_is_on_when_both_sides_declare_it_in_a_dialect_that_has_it(long dialect, long limit, bool on)
    {
        WebTransportSettings declares = Everything with { InitialMaxData = 1 };
        Assert.Equal(on, Negotiate(WebTransportRole.Server, declares, new(0x33, 1), new(dialect, 1), new(limit, 1)).FlowControl);
        Assert.False(Negotiate(WebTransportRole.Server, Everything, new(0x33, 1), new(dialect, 1), new(limit, 1)).FlowControl);
        Assert.False(Negotiate(WebTransportRole.Server, declares, new(0x33, 1), new(dialect, 1), new(limit, 0)).FlowControl);
    }

    [Fact]
    public void Without_flow_control_there_is_one_session_and_the_older_dialects_say_how_many()
    {
        WebTransportSettings declares = Everything with { InitialMaxData = 1, MaxSessions = 7 };
        Assert.Equal(1, Negotiate(WebTransportRole.Server, declares, new(0x33, 1), new(0x2c7cf000, 1)).MaxSessions);
        Assert.Equal(long.MaxValue, Negotiate(WebTransportRole.Server, declares, new(0x33, 1), new(0x2c7cf000, 1), new(0x2b61, 9)).MaxSessions);
        Assert.Equal(7, Negotiate(WebTransportRole.Server, declares, new(0x33, 1), new(0xc671706a, 1)).MaxSessions);
        Assert.Equal(3, Negotiate(WebTransportRole.Client, declares, new(0x33, 1), new(0x08, 1), new(0xc671706a, 3)).MaxSessions);
    }

    [Fact]
    public void Settings_survive_the_way_to_the_wire_and_back()
    {
        WebTransportSettings settings = Everything with
        {
            InitialMaxData = 1 << 20,
            InitialMaxStreamsUni = 5,
            InitialMaxStreamsBidi = 6,
            MaxFieldSectionSize = 16384,
            MaxSessions = 9,
        };
        Http3Settings http3 = settings.ToHttp3();
        byte[] bytes = new byte[http3.GetPayloadSize()];
        Assert.Equal(OperationStatus.Done, http3.Encode(bytes, out int written));
        Assert.Equal(bytes.Length, written);
        Assert.Equal(OperationStatus.DestinationTooSmall, http3.Encode(bytes.AsSpan(1), out _));
        Assert.Equal(OperationStatus.Done, Http3Settings.Parse(bytes, out Http3Settings parsed, out _, out _));
        Assert.Equal(http3, parsed);
        WebTransportSettings back = WebTransportSettings.FromHttp3(parsed);
        Assert.Equal(settings.Dialects, back.Dialects);
        Assert.Equal(settings with { Dialects = back.Dialects }, back);
    }

    [Theory]
    [InlineData("0801", WebTransportProtocolError.None, 0)]
    [InlineData("0802", WebTransportProtocolError.InvalidSettingValue, 0)]
    [InlineData("33013302", WebTransportProtocolError.InvalidSettingValue, 2)]
    [InlineData("33013301", WebTransportProtocolError.DuplicateSetting, 2)]
    [InlineData("21012101", WebTransportProtocolError.DuplicateSetting, 2)]
    [InlineData("0000", WebTransportProtocolError.ReservedSetting, 0)]
    [InlineData("01000201", WebTransportProtocolError.ReservedSetting, 2)]
    [InlineData("0301", WebTransportProtocolError.ReservedSetting, 0)]
    [InlineData("0401", WebTransportProtocolError.ReservedSetting, 0)]
    [InlineData("0501", WebTransportProtocolError.ReservedSetting, 0)]
    [InlineData("01000640", WebTransportProtocolError.FramePayloadMalformed, 2)]
    [InlineData("33", WebTransportProtocolError.FramePayloadMalformed, 0)]
    public void Payloads_are_checked(string hex, WebTransportProtocolError expected, int index)
    {
        OperationStatus status = Http3Settings.Parse(Convert.FromHexString(hex), out _, out WebTransportProtocolError error, out int errorIndex);
        Assert.Equal(expected, error);
        if (expected != WebTransportProtocolError.None)
        {
            Assert.Equal((OperationStatus.InvalidData, index), (status, errorIndex));
        }
    }

    [Fact]
    public void More_settings_than_the_limit_are_an_excessive_load()
    {
        byte[] payload = [.. Enumerable.Range(0, Http3Settings.MaxCount + 1).SelectMany(i => (byte[])[0x80, 0, 1, (byte)i, 0])];
        Assert.Equal(OperationStatus.InvalidData, Http3Settings.Parse(payload, out _, out WebTransportProtocolError error, out _));
        Assert.Equal(WebTransportProtocolError.TooManySettings, error);
        Assert.Equal(OperationStatus.Done, Http3Settings.Parse(payload.AsSpan(5), out Http3Settings settings, out _, out _));
        Assert.Equal(Http3Settings.MaxCount, settings.Count);
    }

    [Fact]
    public void Settings_that_may_not_be_sent_cannot_be_made()
    {
        Assert.Throws<ArgumentException>(() => new Http3Settings(new Http3Setting(0x33, 1), new Http3Setting(0x33, 1)));
        Assert.Throws<ArgumentException>(() => new Http3Settings(new Http3Setting(0x02, 1)));
    }

    private static WebTransportNegotiation Negotiate(WebTransportRole role, WebTransportSettings local, params Http3Setting[] peer)
        => WebTransportNegotiation.Negotiate(role, local, new Http3Settings(peer));
}
