using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using WireProtocols.ProxyProtocol;
using WireProtocols.Transports;

namespace WireProtocols.Cli.Serve;

/// <summary>Tells a client who it is: what the proxy in front has said of it.</summary>
internal sealed class PeerRoute : Route
{
    private static readonly JsonWriterOptions Format = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public override string Path => "/peer";

    public override IReadOnlyList<string> Methods => ["GET", "HEAD"];

    public override string Description => "who the client is, as the proxy in front says";

    public override ValueTask HandleAsync(ServeRequest request)
        => request.Exchange.RespondAsync(
            200, Describe(request.Connection.Peer!), ("Content-Type", "application/json"), ("Cache-Control", "no-store"));

    private static ReadOnlyMemory<byte> Describe(TransportPeer peer)
    {
        ArrayBufferWriter<byte> json = new();
        using Utf8JsonWriter writer = new(json, Format);
        writer.WriteStartObject();
        writer.WriteString("client"u8, $"{peer.EndPoint}");
        writer.WriteString("socket"u8, $"{peer.SocketEndPoint}");
        if (peer.Header is { } header)
        {
            writer.WriteNumber("version"u8, header.Version);
            writer.WriteString("command"u8, $"{header.Command}");
            writer.WriteString("destination"u8, $"{header.Destination}");
            writer.WriteStartArray("tlvs"u8);
            foreach (OwnedProxyTlv tlv in header.Tlvs)
            {
                writer.WriteStartObject();
                writer.WriteString("type"u8, $"{tlv.Type}");
                writer.WriteBase64String("value"u8, tlv.Value.Span);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.Flush();
        return json.WrittenMemory;
    }
}
