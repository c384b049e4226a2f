using System.Buffers.Binary;
using System.Net;
using WireProtocols.WebRtc;

namespace WireProtocols.Benchmarks.WebRtc;

/// <summary>
/// Answers of a STUN server, decoded with the address that they hold, and written. The peer is a bare walk: the type and the length of each
/// attribute, and the address where it stands; nothing else is looked at.
/// </summary>
public static class StunCases
{
    public const int Count = 1_024;

    private static readonly byte[][] Answers = [.. Enumerable.Range(0, Count).Select(Create)];
    private static readonly StunMessageWriter Writer = new();
    private static readonly StunAddress Address = StunAddress.From(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 32853));

    public static IEnumerable<CompareCase> All()
    {
        yield return new CompareCase("stun.parse.response", Count, Parse, "a walk without checks", Walk, null) { LimitNanoseconds = 60 };
        yield return new CompareCase("stun.write.response", Count, Write, null, null, null);
    }

    public static void Parse()
    {
        long sum = 0;
        foreach (byte[] answer in Answers)
        {
            StunMessage.DecodeDatagram(answer, out StunMessage message, out _, out _);
            message.TryGetAddress(StunAttributeType.XorMappedAddress, out StunAddress address);
            sum += address.Port;
        }

        Sink.Keep(sum);
    }

    public static void Write()
    {
        long sum = 0;
        foreach (byte[] answer in Answers)
        {
            Writer.Begin(StunClass.SuccessResponse, StunMethod.Binding, answer.AsSpan(8, StunMessage.TransactionIdSize));
            Writer.AddAddress(StunAttributeType.XorMappedAddress, Address);
            sum += Writer.Message.Length;
        }

        Sink.Keep(sum);
    }

    private static void Walk()
    {
        long sum = 0;
        foreach (byte[] answer in Answers)
        {
            ReadOnlySpan<byte> rest = answer.AsSpan(StunMessage.HeaderSize);
            while (!rest.IsEmpty)
            {
                int length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
                if (BinaryPrimitives.ReadUInt16BigEndian(rest) == (int)StunAttributeType.XorMappedAddress)
                {
                    sum += (ushort)(BinaryPrimitives.ReadUInt16BigEndian(rest[6..]) ^ 0x2112);
                }

                rest = rest[(4 + ((length + 3) & ~3))..];
            }
        }

        Sink.Keep(sum);
    }

    /// <summary>With SOFTWARE of different lengths, an address of IPv4 or IPv6, and a FINGERPRINT.</summary>
    private static byte[] Create(int index)
    {
        StunMessageWriter writer = new();
        writer.Begin(StunClass.SuccessResponse, StunMethod.Binding);
        writer.AddText(StunAttributeType.Software, new string('s', 1 + (index * 7 % 40)));
        IPAddress address = index % 4 == 0 ? IPAddress.IPv6Loopback : IPAddress.Parse("192.0.2.1");
        writer.AddAddress(StunAttributeType.XorMappedAddress, StunAddress.From(new IPEndPoint(address, 1024 + index)));
        writer.AddFingerprint();
        return writer.Message.ToArray();
    }
}
