using WireProtocols.Fuzz.Buffers;
using WireProtocols.Fuzz.EventStreams;
using WireProtocols.Fuzz.Http1;
using WireProtocols.Fuzz.JsonRpc;
using WireProtocols.Fuzz.Multipart;
using WireProtocols.Fuzz.Ndjson;
using WireProtocols.Fuzz.ProxyProtocol;
using WireProtocols.Fuzz.Resume;
using WireProtocols.Fuzz.Rpc;
using WireProtocols.Fuzz.ServerSentEvents;
using WireProtocols.Fuzz.WebRtc;
using WireProtocols.Fuzz.WebSockets;
using WireProtocols.Fuzz.WebTransport;

namespace WireProtocols.Fuzz;

/// <summary>Every target there is.</summary>
public static class FuzzTargets
{
    /// <summary>One line a target.</summary>
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new Utf8Target(),
        new VarIntTarget(),
        new Http1HeadTarget(),
        new Http1HeadOptionsTarget(),
        new ChunkedTarget(),
        new ChunkedOptionsTarget(),
        new Http1ServerTarget(),
        new Http1ClientTarget(),
        new NdjsonLinesTarget(),
        new JsonSequenceTarget(),
        new NdjsonLinesOptionsTarget(),
        new JsonSequenceOptionsTarget(),
        new WebSocketFramesTarget(),
        new WebSocketFramesOptionsTarget(),
        new WebSocketRoundTripTarget(),
        new WebSocketCloseTarget(),
        new WebSocketHandshakeTarget(),
        new WebSocketExtensionsTarget(),
        new WebSocketMessagesTarget(),
        new WebSocketMessagesOptionsTarget(),
        new WebSocketConnectionTarget(),
        new WebSocketBroadcastTarget(),
        new EventStreamTarget(),
        new EventStreamOptionsTarget(),
        new EventStreamLimitsTarget(),
        new EventStreamWriterTarget(),
        new EventStreamClientTarget(),
        new CapsulesTarget(),
        new CapsulesOptionsTarget(),
        new DatagramsTarget(),
        new StreamHeadersTarget(),
        new Http3FramesTarget(),
        new QpackTarget(),
        new SessionTarget(),
        new RpcEnvelopesTarget(),
        new RpcEnvelopesOptionsTarget(),
        new GrpcWebTextTarget(),
        new RpcEndTarget(),
        new RpcTextTarget(),
        new EventMessagesTarget(),
        new EventMessagesOptionsTarget(),
        new AmazonChunkTarget(),
        new ProxyHeadersTarget(),
        new ProxyHeadersOptionsTarget(),
        new ResumeFramesTarget(),
        new StunTarget(),
        new DcepTarget(),
        new SctpTarget(),
        new MultipartTarget(),
        new MultipartOptionsTarget(),
        new MultipartTextTarget(),
        new JsonRpcMessagesTarget(),
        new JsonRpcOptionsTarget(),
        new JsonRpcOutlineTarget(),
        new SctpAssociationTarget(),
    ];

    /// <summary>The target of that name.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static FuzzTarget Get(string name)
        => All.FirstOrDefault(t => t.Name == name)
            ?? throw new ArgumentException($"There is no target '{name}', only: {string.Join(", ", All.Select(t => t.Name))}.", nameof(name));
}
