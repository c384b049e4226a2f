using System.Globalization;

namespace WireProtocols.WebRtc;

/// <summary>What is known of the types of attributes.</summary>
public static class StunAttributeTypes
{
    private const int OptionalBit = 0x8000;

    /// <summary>Whether an agent "cannot successfully process the message unless it understands the attribute" (RFC 8489 §14).</summary>
    public static bool IsRequired(this StunAttributeType type) => ((int)type & OptionalBit) == 0;

    /// <summary>Whether RFC 8489 has this attribute.</summary>
    public static bool IsKnown(this StunAttributeType type) => type switch
    {
        StunAttributeType.MappedAddress or StunAttributeType.Username or StunAttributeType.MessageIntegrity or StunAttributeType.ErrorCode
            or StunAttributeType.UnknownAttributes or StunAttributeType.Realm or StunAttributeType.Nonce
            or StunAttributeType.MessageIntegritySha256 or StunAttributeType.PasswordAlgorithm or StunAttributeType.Userhash
            or StunAttributeType.XorMappedAddress or StunAttributeType.PasswordAlgorithms or StunAttributeType.AlternateDomain
            or StunAttributeType.Software or StunAttributeType.AlternateServer or StunAttributeType.Fingerprint => true,
        _ => false,
    };

    /// <summary>The name in the registry, for instance <c>XOR-MAPPED-ADDRESS</c>; the number where RFC 8489 has none.</summary>
    public static string GetName(this StunAttributeType type) => type switch
    {
        StunAttributeType.MappedAddress => "MAPPED-ADDRESS",
        StunAttributeType.Username => "USERNAME",
        StunAttributeType.MessageIntegrity => "MESSAGE-INTEGRITY",
        StunAttributeType.ErrorCode => "ERROR-CODE",
        StunAttributeType.UnknownAttributes => "UNKNOWN-ATTRIBUTES",
        StunAttributeType.Realm => "REALM",
        StunAttributeType.Nonce => "NONCE",
        StunAttributeType.MessageIntegritySha256 => "MESSAGE-INTEGRITY-SHA256",
        StunAttributeType.PasswordAlgorithm => "PASSWORD-ALGORITHM",
        StunAttributeType.Userhash => "USERHASH",
        StunAttributeType.XorMappedAddress => "XOR-MAPPED-ADDRESS",
        StunAttributeType.PasswordAlgorithms => "PASSWORD-ALGORITHMS",
        StunAttributeType.AlternateDomain => "ALTERNATE-DOMAIN",
        StunAttributeType.Software => "SOFTWARE",
        StunAttributeType.AlternateServer => "ALTERNATE-SERVER",
        StunAttributeType.Fingerprint => "FINGERPRINT",
        _ => "0x" + ((int)type).ToString("x4", CultureInfo.InvariantCulture),
    };
}
