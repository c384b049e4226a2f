using System.Buffers;
using System.Globalization;
using System.Text;
using WireProtocols.Http1;
using WireProtocols.JsonRpc;
using WireProtocols.Ndjson;
using WireProtocols.Resume;
using WireProtocols.Rpc;
using WireProtocols.ServerSentEvents;
using WireProtocols.Tests.Harness;
using WireProtocols.WebRtc;
using WireProtocols.WebSockets;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Docs;

/// <summary>The costs of framings in docs/choosing.md are those of the bytes that the library writes.</summary>
public sealed class ChoosingTests
{
    private const int Length = 100;

    private static readonly byte[] Message = Encoding.ASCII.GetBytes("{\"jsonrpc\":\"2.0\",\"method\":\"".PadRight(Length - 2, 'x') + "\"}");

    private static readonly Dictionary<string, Func<int>> Costs = new()
    {
        ["WebSocket, from the server"]
            = () => Write(output => new WebSocketFrameWriter(output, WebSocketRole.Server).WriteFrame(WebSocketOpcode.Text, Message)),
        ["WebSocket, from the client, with its masking key"]
            = () => Write(output => new WebSocketFrameWriter(output, WebSocketRole.Client).WriteFrame(WebSocketOpcode.Text, Message)),
        ["WebSocket with `wire.resume.v1`, from the server"] = () => Write(output => new WebSocketFrameWriter(output, WebSocketRole.Server)
            .WriteFrame(WebSocketOpcode.Binary, new byte[ResumeFrames.Text(1, Message).EncodedLength])),
        ["Server-Sent Events, data alone"] = () => Write(output => new EventStreamWriter(output).WriteEvent(Message)),
        ["Server-Sent Events, with an ID of ten digits"]
            = () => Write(output => new EventStreamWriter(output).WriteEvent(Message, id: "1234567890"u8)),
        ["NDJSON"] = () => Write(output => new NdjsonWriter(output).WriteRaw(Message)),
        ["a chunk of HTTP/1.1 around it"] = () => Write(output => new ChunkedWriter(output).WriteChunk(Message)),
        ["gRPC, gRPC-Web, Connect"] = () => Write(output => new RpcWriter(output).WriteMessage(Message)),
        ["gRPC-Web as text"] = () => Write(output => GrpcWebTextEncoder.Encode(new byte[Length + 5], output)),
        ["WebTransport, a datagram"] = () => HttpDatagram.GetPrefixSize(0),
        ["WebTransport, a stream of its own"] = () => new WebTransportStreamHeader(WebTransportStreamDirection.Bidirectional, 0).GetSize(),
        ["JSON-RPC behind header fields"] = () => Write(output => new JsonRpcWriter(output).Write(Message)),
        ["SCTP below a data channel, one message a packet"] = CountSctp,
    };

    [Fact]
    public void The_table_has_the_costs_of_what_is_written()
    {
        string text = File.ReadAllText(Repository.PathOf("docs", "choosing.md"));
        string[] lines = text[text.IndexOf("| framing | bytes |", StringComparison.Ordinal)..].Split('\n');
        IEnumerable<string> expected = Costs.Select(c => string.Create(CultureInfo.InvariantCulture, $"| {c.Key} | {c.Value()} |"));
        Assert.Equal(expected, lines.Skip(2).TakeWhile(l => l.StartsWith('|')));
    }

    private static int Write(Action<ArrayBufferWriter<byte>> write)
    {
        ArrayBufferWriter<byte> output = new();
        write(output);
        return output.WrittenCount - Length;
    }

    private static int CountSctp()
    {
        SctpPacketWriter packet = new(maxPacketSize: 1200);
        packet.Begin(5000, 5000, verificationTag: 1);
        packet.AddData(SctpDataBits.Beginning | SctpDataBits.Ending, tsn: 1, streamId: 0, sequenceNumber: 0, payloadProtocol: 51, Message);
        return packet.Finish().Length - Length;
    }
}
