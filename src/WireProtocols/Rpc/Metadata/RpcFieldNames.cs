using System.Buffers;

namespace WireProtocols.Rpc;

/// <summary>What names and values of metadata may hold, and which names are not the application's.</summary>
internal static class RpcFieldNames
{
    public const string BinarySuffix = "-bin";

    // "Header-Name → 1*( %x30-39 / %x61-7A / "_" / "-" / ".")" (PROTOCOL-HTTP2 §Requests).
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyz_-.");

    // The fields of HTTP that frame a message, belong to the connection, or are written by the protocols.
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "date", "expect", "host", "http2-settings",
        "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "user-agent",
    };

    private static readonly string[] ReservedPrefixes = ["grpc-", "connect-", "trailer-"];

    public static bool IsName(ReadOnlySpan<char> name) => !name.IsEmpty && !name.ContainsAnyExcept(NameCharacters);

    /// <summary>"ASCII-Value → 1*( %x20-%x7E )", without white space at its ends, and empty as HTTP allows it.</summary>
    public static bool IsValue(ReadOnlySpan<char> value)
        => !value.ContainsAnyExceptInRange(' ', '~') && (value.IsEmpty || (value[0] != ' ' && value[^1] != ' '));

    /// <summary>Whether an application may neither set nor see it as metadata.</summary>
    public static bool IsReserved(string name)
        => Reserved.Contains(name) || ReservedPrefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal));

    /// <summary>The status of gRPC is known to both sides, and its details are an application's.</summary>
    public static bool IsDetails(string name) => name == "grpc-status-details-bin";
}
