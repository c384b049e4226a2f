namespace WireProtocols.WebRtc;

/// <summary>
/// The types of attributes that RFC 8489 has (§18.3); every other number is one as well. Below 0x8000 they are comprehension-required.
/// </summary>
public enum StunAttributeType
{
    /// <summary>Reserved.</summary>
    Reserved = 0,

    /// <summary>MAPPED-ADDRESS: the address that the server sees, for clients of RFC 3489.</summary>
    MappedAddress = 0x0001,

    /// <summary>USERNAME: "fewer than 509 bytes".</summary>
    Username = 0x0006,

    /// <summary>MESSAGE-INTEGRITY: an HMAC-SHA1.</summary>
    MessageIntegrity = 0x0008,

    /// <summary>ERROR-CODE: a number of 300 to 699, and a phrase.</summary>
    ErrorCode = 0x0009,

    /// <summary>UNKNOWN-ATTRIBUTES: the types that a server did not understand.</summary>
    UnknownAttributes = 0x000A,

    /// <summary>REALM, of long-term credentials.</summary>
    Realm = 0x0014,

    /// <summary>NONCE, of long-term credentials.</summary>
    Nonce = 0x0015,

    /// <summary>MESSAGE-INTEGRITY-SHA256: an HMAC-SHA256, or its first 16 to 28 bytes.</summary>
    MessageIntegritySha256 = 0x001C,

    /// <summary>PASSWORD-ALGORITHM: how the key was made of the password.</summary>
    PasswordAlgorithm = 0x001D,

    /// <summary>USERHASH: 32 bytes in place of USERNAME.</summary>
    Userhash = 0x001E,

    /// <summary>XOR-MAPPED-ADDRESS: the address that the server sees.</summary>
    XorMappedAddress = 0x0020,

    /// <summary>PASSWORD-ALGORITHMS: those that the server knows.</summary>
    PasswordAlgorithms = 0x8002,

    /// <summary>ALTERNATE-DOMAIN: the name that the certificate of the alternate server has.</summary>
    AlternateDomain = 0x8003,

    /// <summary>SOFTWARE: who sent the message, for people.</summary>
    Software = 0x8022,

    /// <summary>ALTERNATE-SERVER: another server to try.</summary>
    AlternateServer = 0x8023,

    /// <summary>FINGERPRINT: a checksum, the last attribute.</summary>
    Fingerprint = 0x8028,
}
