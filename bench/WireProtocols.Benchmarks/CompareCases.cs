using WireProtocols.Benchmarks.Buffers;
using WireProtocols.Benchmarks.EventStreams;
using WireProtocols.Benchmarks.Http1;
using WireProtocols.Benchmarks.JsonRpc;
using WireProtocols.Benchmarks.Multipart;
using WireProtocols.Benchmarks.Ndjson;
using WireProtocols.Benchmarks.ProxyProtocol;
using WireProtocols.Benchmarks.Rpc;
using WireProtocols.Benchmarks.ServerSentEvents;
using WireProtocols.Benchmarks.WebRtc;
using WireProtocols.Benchmarks.WebSockets;
using WireProtocols.Benchmarks.WebTransport;

namespace WireProtocols.Benchmarks;

/// <summary>Every case of the <c>compare</c> run.</summary>
public static class CompareCases
{
    /// <summary>One line a protocol.</summary>
    public static IEnumerable<CompareCase> All() =>
    [
        .. VarIntCases.All(),
        .. Utf8Cases.All(),
        .. HeadCases.All(),
        .. ServerCases.All(),
        .. HandshakeCases.All(),
        .. EventStreamCases.All(),
        .. ReceiveCases.All(),
        .. SendCases.All(),
        .. EchoCases.All(),
        .. MaskCases.All(),
        .. IdleCases.All(),
        .. BroadcastCases.All(),
        .. ChunkedCases.All(),
        .. NdjsonCases.All(),
        .. CapsuleCases.All(),
        .. SessionCases.All(),
        .. RpcCases.All(),
        .. EventMessageCases.All(),
        .. ProxyCases.All(),
        .. StunCases.All(),
        .. SctpCases.All(),
        .. MultipartCases.All(),
        .. JsonRpcCases.All(),
    ];
}
