using WireProtocols.Benchmarks.Buffers;
using WireProtocols.Benchmarks.WebSockets;
using WireProtocols.Benchmarks.Http1;
using WireProtocols.Benchmarks.Ndjson;
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
        .. ReceiveCases.All(),
        .. SendCases.All(),
        .. MaskCases.All(),
        .. ChunkedCases.All(),
        .. NdjsonCases.All(),
        .. CapsuleCases.All(),
    ];
}
