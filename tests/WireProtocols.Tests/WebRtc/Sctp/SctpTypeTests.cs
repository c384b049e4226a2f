using System.Globalization;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Sctp;

/// <summary>The registries of RFC 9260 §3.2 and §3.2.1, with those of RFC 3758 and RFC 6525, number by number.</summary>
public class SctpTypeTests
{
    private static readonly Dictionary<int, string> Chunks = new()
    {
        [0] = "DATA",
        [1] = "INIT",
        [2] = "INIT ACK",
        [3] = "SACK",
        [4] = "HEARTBEAT",
        [5] = "HEARTBEAT ACK",
        [6] = "ABORT",
        [7] = "SHUTDOWN",
        [8] = "SHUTDOWN ACK",
        [9] = "ERROR",
        [10] = "COOKIE ECHO",
        [11] = "COOKIE ACK",
        [14] = "SHUTDOWN COMPLETE",
        [130] = "RE-CONFIG",
        [192] = "FORWARD-TSN",
    };

    // 1 Heartbeat Info; 5 to 9 addresses, cookies, what is not recognized; 11 and 12 of INIT; 13 to 18 of RE-CONFIG; and the two extensions.
    private static readonly HashSet<int> Parameters = [1, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 0x8008, 0xC000];

    [Fact]
    public void Every_chunk_has_its_name_or_none()
    {
        for (int number = 0; number <= byte.MaxValue; number++)
        {
            SctpChunkType type = (SctpChunkType)number;
            Assert.Equal(Chunks.ContainsKey(number), type.IsKnown());
            Assert.Equal(Chunks.GetValueOrDefault(number, number.ToString(CultureInfo.InvariantCulture)), type.GetName());
        }
    }

    [Fact]
    public void Every_parameter_is_known_or_not()
    {
        for (int number = 0; number <= ushort.MaxValue; number++)
        {
            Assert.Equal(Parameters.Contains(number), ((SctpParameterType)number).IsKnown());
        }
    }

    /// <summary>RFC 9260 §3.2: the highest two bits say what is done with a type that is not known: stop or skip, and report or not.</summary>
    [Theory]
    [InlineData(0b00, false, false)]
    [InlineData(0b01, false, true)]
    [InlineData(0b10, true, false)]
    [InlineData(0b11, true, true)]
    public void The_highest_two_bits_say_what_is_done_with_what_is_not_known(int bits, bool skips, bool reports)
    {
        foreach (int low in (int[])[0, 0x15, 0x3F])
        {
            SctpChunkType chunk = (SctpChunkType)((bits << 6) | low);
            SctpParameterType parameter = (SctpParameterType)((bits << 14) | low);
            Assert.Equal((skips, reports), (chunk.SkipsWhenUnknown(), chunk.ReportsWhenUnknown()));
            Assert.Equal((skips, reports), (parameter.SkipsWhenUnknown(), parameter.ReportsWhenUnknown()));
        }
    }
}
