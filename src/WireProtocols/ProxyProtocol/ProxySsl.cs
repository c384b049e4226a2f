using System.Buffers.Binary;

namespace WireProtocols.ProxyProtocol;

/// <summary>What a TLV of SSL says of the client's connection to the proxy (proxy-protocol §2.2.6).</summary>
public readonly ref struct ProxySsl
{
    /// <summary>How long its two fields are, of one byte and of four.</summary>
    internal const int FieldsLength = 1 + sizeof(uint);

    private readonly ReadOnlySpan<byte> _value;

    private ProxySsl(ReadOnlySpan<byte> value) => _value = value;

    /// <summary>What there is.</summary>
    public ProxySslClient Client => (ProxySslClient)_value[0];

    /// <summary>"Zero if the client presented a certificate and it was successfully verified, and non-zero otherwise."</summary>
    public uint Verify => BinaryPrimitives.ReadUInt32BigEndian(_value[1..]);

    /// <summary>Whether the client has presented a certificate, on this connection or in its session, and it was verified.</summary>
    public bool IsVerified => Verify == 0 && (Client & (ProxySslClient.CertificateOfConnection | ProxySslClient.CertificateOfSession)) != 0;

    /// <summary>Version, cipher, names and whatever else the proxy tells.</summary>
    public ProxyTlvs Tlvs => new(_value[FieldsLength..]);

    /// <summary>Reads the value of a TLV of the type <see cref="ProxyTlvType.Ssl"/>.</summary>
    /// <param name="value">The value.</param>
    /// <param name="ssl">What it says.</param>
    /// <returns>False where it is malformed, which that of a header is not.</returns>
    public static bool TryRead(ReadOnlySpan<byte> value, out ProxySsl ssl)
    {
        ssl = default;
        if (value.Length < FieldsLength)
        {
            return false;
        }

        ProxyTlvs.Enumerator tlvs = new ProxyTlvs(value[FieldsLength..]).GetEnumerator();
        while (tlvs.MoveNext())
        {
        }

        ssl = new ProxySsl(value);
        return tlvs.Next == value.Length - FieldsLength;
    }

    /// <summary>The value of a TLV of SSL.</summary>
    /// <param name="client">What there is.</param>
    /// <param name="verify">Zero where a certificate was verified.</param>
    /// <param name="tlvs">What else is told.</param>
    /// <exception cref="ArgumentException">It is too long for a TLV.</exception>
    public static OwnedProxyTlv Create(ProxySslClient client, uint verify, params IReadOnlyList<OwnedProxyTlv> tlvs)
    {
        ArgumentNullException.ThrowIfNull(tlvs);
        byte[] value = new byte[FieldsLength + ProxyTlvBytes.LengthOf(tlvs)];
        value[0] = (byte)client;
        BinaryPrimitives.WriteUInt32BigEndian(value.AsSpan(1), verify);
        ProxyTlvBytes.Write(tlvs, value.AsSpan(FieldsLength));
        return new OwnedProxyTlv(ProxyTlvType.Ssl, value);
    }
}
