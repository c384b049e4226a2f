using System.Globalization;
using WireProtocols.WebRtc;

namespace WireProtocols.Tests.WebRtc.Stun;

/// <summary>The registry of RFC 8489 §18.3, number by number.</summary>
public class StunAttributeTypeTests
{
    private static readonly Dictionary<int, string> Registry = new()
    {
        [0x0001] = "MAPPED-ADDRESS",
        [0x0006] = "USERNAME",
        [0x0008] = "MESSAGE-INTEGRITY",
        [0x0009] = "ERROR-CODE",
        [0x000A] = "UNKNOWN-ATTRIBUTES",
        [0x0014] = "REALM",
        [0x0015] = "NONCE",
        [0x001C] = "MESSAGE-INTEGRITY-SHA256",
        [0x001D] = "PASSWORD-ALGORITHM",
        [0x001E] = "USERHASH",
        [0x0020] = "XOR-MAPPED-ADDRESS",
        [0x8002] = "PASSWORD-ALGORITHMS",
        [0x8003] = "ALTERNATE-DOMAIN",
        [0x8022] = "SOFTWARE",
        [0x8023] = "ALTERNATE-SERVER",
        [0x8028] = "FINGERPRINT",
    };

    [Fact]
    public void Every_number_has_its_name_or_none()
    {
        for (int number = 0; number <= ushort.MaxValue; number++)
        {
            StunAttributeType type = (StunAttributeType)number;
            bool isKnown = Registry.TryGetValue(number, out string? name);
            Assert.Equal(isKnown, type.IsKnown());
            Assert.Equal(name ?? "0x" + number.ToString("x4", CultureInfo.InvariantCulture), type.GetName());
            Assert.Equal(number < 0x8000, type.IsRequired());
        }
    }
}
