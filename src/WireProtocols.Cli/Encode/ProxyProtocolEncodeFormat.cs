using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using WireProtocols.ProxyProtocol;

namespace WireProtocols.Cli.Encode;

/// <summary>Headers of both versions; the checksum is computed where a TLV has room for it.</summary>
internal sealed class ProxyProtocolEncodeFormat : EncodeFormat
{
    public override string Name => "proxy-protocol";

    public override string Description => "The header of a connection behind a proxy (proxy-protocol); rows of the kind header";

    public override EncodeSession Start(EncodeRun run) => new Session(run);

    private sealed class Session(EncodeRun run) : EncodeSession(run)
    {
        private static readonly string[] Families = ["UNSPEC", "INET", "INET6", "UNIX"];
        private static readonly string[] Transports = ["UNSPEC", "STREAM", "DGRAM"];

        public override void Encode(EncodeRow row)
        {
            row.Expect("header", "end");
            if (row.Kind == "end")
            {
                return;
            }

            int family = IndexOf(row, "family", Families);
            int transport = IndexOf(row, "transport", Transports);
            if (row.GetInt32("version") == 1)
            {
                WriteLine(row, family);
            }
            else if (!row.Has("source"))
            {
                WriteWithoutAddresses(row, family, transport);
            }
            else
            {
                ProxyHeaderWriter.WriteVersion2(
                    Run.Output,
                    EndPointOf(row, "source", family),
                    EndPointOf(row, "destination", family),
                    [.. row.GetObjects("tlvs").Select(t => new OwnedProxyTlv((ProxyTlvType)t.GetByte("type"), t.GetBytes("payload")))],
                    (ProxyTransport)transport);
            }
        }

        private void WriteLine(EncodeRow row, int family)
        {
            if (family == 0)
            {
                Run.Output.Write(Encoding.Latin1.GetBytes($"PROXY UNKNOWN{Encoding.Latin1.GetString(row.GetBytes("ignored", []))}\r\n"));
            }
            else
            {
                ProxyHeaderWriter.WriteVersion1(
                    Run.Output, (IPEndPoint)EndPointOf(row, "source", 1), (IPEndPoint)EndPointOf(row, "destination", 1));
            }
        }

        private void WriteWithoutAddresses(EncodeRow row, int family, int transport)
        {
            byte[] ignored = row.GetBytes("ignored", ushort.MaxValue);
            Span<byte> fields = stackalloc byte[sizeof(uint)];
            fields[0] = (byte)(row.GetString("command") == "LOCAL" ? 0x20 : 0x21);
            fields[1] = (byte)((family << 4) | transport);
            BinaryPrimitives.WriteUInt16BigEndian(fields[2..], (ushort)ignored.Length);
            Run.Output.Write(ProxyHeader.Signature);
            Run.Output.Write(fields);
            Run.Output.Write(ignored);
        }

        private static int IndexOf(EncodeRow row, string name, string[] names)
            => Array.IndexOf(names, row.GetString(name)) is >= 0 and int index
                ? index
                : throw new ArgumentException($"the property \"{name}\" has to be {string.Join(" or ", names)}");

        private static EndPoint EndPointOf(EncodeRow row, string name, int family)
        {
            string text = row.GetString(name);
            if (family == (int)ProxyAddressFamily.Unix)
            {
                return text.Length > 0
                    ? new UnixDomainSocketEndPoint(text)
                    : new UnixDomainSocketEndPoint("/").Create(new SocketAddress(AddressFamily.Unix, sizeof(ushort)));
            }

            return IPEndPoint.TryParse(text, out IPEndPoint? end)
                ? end
                : throw new ArgumentException($"the property \"{name}\" has to be an address and a port");
        }
    }
}
