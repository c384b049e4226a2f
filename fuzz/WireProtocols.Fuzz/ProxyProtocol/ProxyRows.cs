using System.Globalization;
using System.Net;
using System.Text;
using WireProtocols.ProxyProtocol;

namespace WireProtocols.Fuzz.ProxyProtocol;

/// <summary>Headers as rows of text: what decoder, reader and oracle are compared by.</summary>
public sealed class ProxyRows : Transcript
{
    public void Add(scoped in ProxyHeader header)
    {
        Head(header.Offset, header.Version, (int)header.Command, (int)header.Family, (int)header.Transport, header.Bytes.Length);
        if (!header.HasAddresses)
        {
            Row($"ignored {Convert.ToHexStringLower(header.Ignored)}");
            return;
        }

        // Whatever the bytes, the platform has an address for them or none; that of IP is the one that was sent.
        EndPoint? source = header.GetSource();
        EndPoint? destination = header.GetDestination();
        bool isUnix = header.Family == ProxyAddressFamily.Unix;
        Row($"source {(isUnix ? Convert.ToHexStringLower(header.SourceAddress) : source)}");
        Row($"destination {(isUnix ? Convert.ToHexStringLower(header.DestinationAddress) : destination)}");
        foreach (ProxyTlv tlv in header.Tlvs)
        {
            Tlv((int)tlv.Type, tlv.Value);
        }
    }

    public void Head(long offset, int version, int command, int family, int transport, int length)
        => Row(string.Create(
            CultureInfo.InvariantCulture,
            $"header {offset} {version} {(ProxyCommand)command} {(ProxyAddressFamily)family} {(ProxyTransport)transport} {length}"));

    public void Tlv(int type, ReadOnlySpan<byte> value)
        => Row(new StringBuilder().Append(CultureInfo.InvariantCulture, $"tlv 0x{type:x2} ").Append(Convert.ToHexStringLower(value)).ToString());
}
