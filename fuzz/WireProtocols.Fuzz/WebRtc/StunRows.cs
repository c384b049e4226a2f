using System.Globalization;
using WireProtocols.WebRtc;

namespace WireProtocols.Fuzz.WebRtc;

/// <summary>A message of STUN as rows of text: what decoder and oracle are compared by.</summary>
public static class StunRows
{
    public static IReadOnlyList<string> Decode(ReadOnlySpan<byte> datagram)
    {
        Transcript rows = new();
        if (StunMessage.DecodeDatagram(datagram, out StunMessage message, out StunProtocolError error, out int errorOffset)
            != System.Buffers.OperationStatus.Done)
        {
            rows.Error(error, errorOffset);
            return rows.Rows;
        }

        rows.Row(Head((int)message.Class, message.Method, message.TransactionId));
        foreach (StunAttributeView attribute in message)
        {
            rows.Row(Attribute((int)attribute.Type, attribute.IsIgnored, attribute.Value));
        }

        if (message.TryGetAddress(StunAttributeType.XorMappedAddress, out StunAddress address))
        {
            rows.Row(Address(address.IsIPv6, address.Bits, address.Port));
        }

        return rows.Rows;
    }

    public static string Head(int messageClass, int method, ReadOnlySpan<byte> transactionId)
        => string.Create(CultureInfo.InvariantCulture, $"message {messageClass} {method} {Convert.ToHexStringLower(transactionId)}");

    public static string Attribute(int type, bool isIgnored, ReadOnlySpan<byte> value)
        => $"{(isIgnored ? "ignored" : "attribute")} 0x{type:x4} {Convert.ToHexStringLower(value)}".TrimEnd();

    public static string Address(bool isIPv6, UInt128 bits, int port)
        => string.Create(CultureInfo.InvariantCulture, $"address {(isIPv6 ? 6 : 4)} {bits.ToString("x", CultureInfo.InvariantCulture)} {port}");
}
