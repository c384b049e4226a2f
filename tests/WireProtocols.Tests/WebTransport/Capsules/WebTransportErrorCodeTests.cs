using FsCheck;
using FsCheck.Fluent;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

public class WebTransportErrorCodeTests
{
    [Theory]
    [InlineData(0u, 0x52e4a40fa8db)]
    [InlineData(0x1du, 0x52e4a40fa8f8)]
    [InlineData(0x1eu, 0x52e4a40fa8fa)]
    [InlineData(0xffu, 0x52e4a40fa9e2)]
    [InlineData(0xffffffffu, 0x52e5ac983162)]
    public void Application_codes_map_into_the_range_and_back(uint code, long mapped)
    {
        Assert.Equal(mapped, WebTransportErrorCode.FromApplicationCode(code));
        Assert.True(WebTransportErrorCode.TryGetApplicationCode(mapped, out uint back));
        Assert.Equal(code, back);
    }

    [Theory]
    [InlineData(0x52e4a40fa8da)]
    [InlineData(0x52e5ac983163)]
    [InlineData(0x52e4a40fa8f9)]
    [InlineData(0x52e4a40fa8f9 + 0x1f)]
    [InlineData(0x100)]
    [InlineData(WebTransportErrorCode.SessionGone)]
    [InlineData(0)]
    public void Codes_outside_the_range_and_reserved_ones_have_no_application_code(long code)
        => Assert.False(WebTransportErrorCode.TryGetApplicationCode(code, out _));

    [Fact]
    public void Around_every_gap_neighbours_stay_neighbours_and_nothing_maps_into_it()
    {
        foreach (uint start in (uint[])[0, 1_000_000, 0x7fff_ff00, 0xffff_ff00])
        {
            long previous = WebTransportErrorCode.FromApplicationCode(start);
            for (uint code = start + 1; code < start + 255; code++)
            {
                long mapped = WebTransportErrorCode.FromApplicationCode(code);
                Assert.Equal(WebTransportErrorCode.IsReserved(previous + 1) ? previous + 2 : previous + 1, mapped);
                previous = mapped;
            }
        }
    }

    [Fact]
    public void Every_code_survives_the_way_there_and_back()
        => Prop.ForAll<uint>(
            code => WebTransportErrorCode.TryGetApplicationCode(WebTransportErrorCode.FromApplicationCode(code), out uint back) && back == code)
            .Check(Config.QuickThrowOnFailure);

    [Fact]
    public void The_catalogue_has_a_rule_a_code_and_a_scope_for_every_error()
    {
        foreach (WebTransportProtocolError error in Enum.GetValues<WebTransportProtocolError>().Where(e => e != WebTransportProtocolError.None))
        {
            Assert.NotEmpty(error.GetRule().Text);
            Assert.Contains("§", error.GetRule().Section, StringComparison.Ordinal);
            Assert.NotNull(WebTransportErrorCode.GetName(error.GetErrorCode()));
            Assert.True(Enum.IsDefined(error.GetScope()));
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => ((WebTransportProtocolError)1000).GetRule());
    }

    [Theory]
    [InlineData(WebTransportProtocolError.QuarterStreamIdTooLarge, 0x33, WebTransportErrorScope.Connection)]
    [InlineData(WebTransportProtocolError.CapsuleTrailingBytes, 0x10e, WebTransportErrorScope.Session)]
    [InlineData(WebTransportProtocolError.StreamCountTooLarge, 0x045d4487, WebTransportErrorScope.Session)]
    [InlineData(WebTransportProtocolError.InvalidSessionId, 0x108, WebTransportErrorScope.Connection)]
    [InlineData(WebTransportProtocolError.StreamSignalMisplaced, 0x106, WebTransportErrorScope.Connection)]
    [InlineData(WebTransportProtocolError.BufferedStreamRejected, 0x3994bd84, WebTransportErrorScope.Stream)]
    [InlineData(WebTransportProtocolError.ProtocolNotNegotiated, 0x0817b3dd, WebTransportErrorScope.Session)]
    [InlineData(WebTransportProtocolError.RequirementsNotMet, 0x212c0d48, WebTransportErrorScope.Connection)]
    [InlineData(WebTransportProtocolError.MissingSettings, 0x10a, WebTransportErrorScope.Connection)]
    [InlineData(WebTransportProtocolError.MalformedMessage, 0x10e, WebTransportErrorScope.Stream)]
    [InlineData(WebTransportProtocolError.QpackDynamicReference, 0x200, WebTransportErrorScope.Connection)]
    [InlineData(WebTransportProtocolError.TooManyStreams, 0x107, WebTransportErrorScope.Connection)]
    public void Code_and_scope_are_those_of_the_specification(WebTransportProtocolError error, long code, WebTransportErrorScope scope)
        => Assert.Equal((code, scope), (error.GetErrorCode(), error.GetScope()));
}
