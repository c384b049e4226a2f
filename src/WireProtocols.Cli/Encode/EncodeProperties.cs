namespace WireProtocols.Cli.Encode;

/// <summary>
/// The properties that rows of each format have: those that are encoded, and those that `decode --json` prints besides. Any other is a
/// slip of the pen.
/// </summary>
internal static class EncodeProperties
{
    private const string Rpc = "flags compressed end message status statusName statusMessage metadata";

    /// <summary>What rows of every format may have.</summary>
    private static readonly string[] Common = ["kind", "offset", "length", "stream", "from", "time", "payload", "text"];

    private static readonly Dictionary<string, string> Own = new()
    {
        ["websocket"] = "type opcode headerLength fin rsv masked maskingKey closeCode closeReason",
        ["chunked"] = "size extensions name value forbidden consumed bodyLength",
        ["ndjson"] = "line records",
        ["json-seq"] = "line records",
        ["sse"] = "type data lastEventId milliseconds",
        ["varint"] = "value minimal",
        ["capsule"] = "type typeName fields",
        ["grpc"] = Rpc,
        ["grpc-web"] = Rpc,
        ["connect"] = Rpc,
        ["amazon-eventstream"] = "headers",
        ["proxy-protocol"] = "version command family transport source destination tlvs ignored consumed",
        ["stun"] = "class method methodName transactionId attributes fingerprintRight ignored name address port reason errorCode code",
        ["sctp"] = "sourcePort destinationPort verificationTag chunks",
        ["dcep"] = "channelType channelTypeName priority reliabilityParameter label protocol",
        ["multipart"] = "fields parts",
        ["json-rpc"] = "type problem method id messages",
    };

    /// <summary>The names that rows of a format may have.</summary>
    public static IReadOnlySet<string> Of(string format) => new HashSet<string>([.. Common, .. Own[format].Split(' ')]);
}
