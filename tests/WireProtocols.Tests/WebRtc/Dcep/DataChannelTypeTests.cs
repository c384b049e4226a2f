using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Dcep;

/// <summary>The registry of RFC 8832 §8.2.2, number by number.</summary>
public class DataChannelTypeTests
{
    private static readonly Dictionary<int, (string Name, bool IsOrdered, bool IsReliable)> Registry = new()
    {
        [0x00] = ("DATA_CHANNEL_RELIABLE", true, true),
        [0x01] = ("DATA_CHANNEL_PARTIAL_RELIABLE_REXMIT", true, false),
        [0x02] = ("DATA_CHANNEL_PARTIAL_RELIABLE_TIMED", true, false),
        [0x80] = ("DATA_CHANNEL_RELIABLE_UNORDERED", false, true),
        [0x81] = ("DATA_CHANNEL_PARTIAL_RELIABLE_REXMIT_UNORDERED", false, false),
        [0x82] = ("DATA_CHANNEL_PARTIAL_RELIABLE_TIMED_UNORDERED", false, false),
    };

    [Fact]
    public void Every_number_has_its_name_or_none()
    {
        for (int number = 0; number <= byte.MaxValue; number++)
        {
            DataChannelType type = (DataChannelType)number;
            bool isKnown = Registry.TryGetValue(number, out (string Name, bool IsOrdered, bool IsReliable) row);
            Assert.Equal(isKnown, type.IsKnown());
            Assert.Equal(isKnown ? row.Name : "unknown", type.GetName());
            if (isKnown)
            {
                Assert.Equal((row.IsOrdered, row.IsReliable), (type.IsOrdered(), type.IsReliable()));
            }
        }
    }
}
