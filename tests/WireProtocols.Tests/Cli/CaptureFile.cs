using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace WireProtocols.Tests.Cli;

/// <summary>Makes captures of one TCP connection for tests, a packet at a time.</summary>
public sealed class CaptureFile
{
    public const byte Fin = 0x01;
    public const byte Syn = 0x02;
    public const byte Reset = 0x04;
    public const byte Acknowledge = 0x10;

    private readonly List<byte[]> _packets = [];

    public ushort ClientPort { get; init; } = 50_000;

    public ushort ServerPort { get; init; } = 80;

    public uint ClientStart { get; init; } = 1000;

    public uint ServerStart { get; init; } = 0xFFFF_FFF0;

    public bool IsIPv6 { get; init; }

    /// <summary>The three packets that open the connection.</summary>
    public CaptureFile Open()
    {
        Add(true, Syn, ClientStart, 0);
        Add(false, Syn | Acknowledge, ServerStart, ClientStart + 1);
        return Add(true, Acknowledge, ClientStart + 1, ServerStart + 1);
    }

    /// <summary>Bytes of one side.</summary>
    /// <param name="isClient">Who sends them.</param>
    /// <param name="offset">Where they stand in what it sends.</param>
    /// <param name="text">The bytes, as ISO 8859-1.</param>
    /// <param name="acknowledged">How many bytes of the other side have arrived.</param>
    public CaptureFile Data(bool isClient, int offset, string text, int acknowledged = 0) => Add(
        isClient,
        Acknowledge,
        (uint)((isClient ? ClientStart : ServerStart) + 1 + offset),
        (uint)((isClient ? ServerStart : ClientStart) + 1 + acknowledged),
        Encoding.Latin1.GetBytes(text));

    /// <summary>The end of one side.</summary>
    public CaptureFile End(bool isClient, int offset)
        => Add(isClient, Fin | Acknowledge, (uint)((isClient ? ClientStart : ServerStart) + 1 + offset), 0);

    public CaptureFile Add(bool isClient, int flags, uint sequence, uint acknowledgment, byte[]? data = null)
    {
        data ??= [];
        byte[] tcp = new byte[20 + data.Length];
        BinaryPrimitives.WriteUInt16BigEndian(tcp, isClient ? ClientPort : ServerPort);
        BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), isClient ? ServerPort : ClientPort);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(8), acknowledgment);
        tcp[12] = 5 << 4;
        tcp[13] = (byte)flags;
        data.CopyTo(tcp, 20);
        byte[] client = IPAddress.Parse(IsIPv6 ? "2001:db8::1" : "192.0.2.1").GetAddressBytes();
        byte[] server = IPAddress.Parse(IsIPv6 ? "2001:db8::2" : "192.0.2.2").GetAddressBytes();
        byte[] ip = new byte[IsIPv6 ? 40 : 20];
        if (IsIPv6)
        {
            ip[0] = 0x60;
            BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(4), (ushort)tcp.Length);
            ip[6] = 6;
            (isClient ? client : server).CopyTo(ip, 8);
            (isClient ? server : client).CopyTo(ip, 24);
        }
        else
        {
            ip[0] = 0x45;
            BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)(ip.Length + tcp.Length));
            ip[9] = 6;
            (isClient ? client : server).CopyTo(ip, 12);
            (isClient ? server : client).CopyTo(ip, 16);
        }

        _packets.Add([.. ip, .. tcp]);
        return this;
    }

    /// <summary>A packet as it is, for instance of another protocol.</summary>
    public CaptureFile Raw(byte[] packet)
    {
        _packets.Add(packet);
        return this;
    }

    /// <summary>The file of libpcap.</summary>
    /// <param name="linkType">1 for Ethernet with a tag of a VLAN, 101 for IP alone, 0 for the loopback of BSD, 113 and 276 for Linux cooked.</param>
    /// <param name="isBigEndian">The byte order.</param>
    public byte[] ToPcap(int linkType = 1, bool isBigEndian = false)
    {
        MemoryStream file = new();
        Write(file, isBigEndian, 0xA1B2C3D4);
        file.Write(isBigEndian ? [0, 2, 0, 4] : [2, 0, 4, 0]);
        Write(file, isBigEndian, 0, 0, 65535, (uint)linkType);
        for (int i = 0; i < _packets.Count; i++)
        {
            byte[] packet = Link(_packets[i], linkType);
            Write(file, isBigEndian, 1_700_000_000 + (uint)i, 5, (uint)packet.Length, (uint)packet.Length);
            file.Write(packet);
        }

        return file.ToArray();
    }

    /// <summary>The file of pcapng, with nanoseconds.</summary>
    public byte[] ToPcapng(bool isBigEndian = false)
    {
        MemoryStream file = new();
        byte[] version = isBigEndian ? [0, 1, 0, 0] : [1, 0, 0, 0];
        Block(file, isBigEndian, 0x0A0D0D0A, [.. Words(isBigEndian, 0x1A2B3C4D), .. version, .. Enumerable.Repeat((byte)0xFF, 8)]);
        byte[] resolution = isBigEndian ? [0, 9, 0, 1, 9, 0, 0, 0, 0, 0, 0, 0] : [9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0];
        Block(file, isBigEndian, 1, [.. isBigEndian ? new byte[] { 0, 101, 0, 0 } : [101, 0, 0, 0], .. Words(isBigEndian, 65535), .. resolution]);
        Block(file, isBigEndian, 0x0BAD, [1, 2, 3, 4]);
        for (int i = 0; i < _packets.Count; i++)
        {
            ulong time = (1_700_000_000 + (ulong)i) * 1_000_000_000;
            byte[] packet = _packets[i];
            byte[] padding = new byte[-packet.Length & 3];
            uint length = (uint)packet.Length;
            Block(file, isBigEndian, 6, [.. Words(isBigEndian, 0, (uint)(time >> 32), (uint)time, length, length), .. packet, .. padding]);
        }

        return file.ToArray();
    }

    private static byte[] Link(byte[] ip, int linkType)
    {
        byte[] type = ip[0] >> 4 == 6 ? [0x86, 0xDD] : [0x08, 0x00];
        return linkType switch
        {
            1 => [.. new byte[12], 0x81, 0x00, 0x00, 0x07, .. type, .. ip],
            0 => [2, 0, 0, 0, .. ip],
            113 => [.. new byte[14], .. type, .. ip],
            276 => [.. type, .. new byte[18], .. ip],
            _ => ip,
        };
    }

    private static void Block(MemoryStream file, bool isBigEndian, uint type, byte[] body)
    {
        uint length = (uint)(12 + body.Length);
        Write(file, isBigEndian, type, length);
        file.Write(body);
        Write(file, isBigEndian, length);
    }

    private static void Write(MemoryStream file, bool isBigEndian, params uint[] words) => file.Write(Words(isBigEndian, words));

    private static byte[] Words(bool isBigEndian, params uint[] words) => [.. words.SelectMany(w =>
    {
        byte[] bytes = new byte[4];
        if (isBigEndian)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, w);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, w);
        }

        return bytes;
    })];
}
