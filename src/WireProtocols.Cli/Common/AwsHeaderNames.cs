using WireProtocols.EventStreams;

namespace WireProtocols.Cli.Common;

/// <summary>The names of the types of headers of AWS event streams, as the specification has them.</summary>
internal static class AwsHeaderNames
{
    public static string Of(EventHeaderType type) => type switch
    {
        EventHeaderType.True or EventHeaderType.False => "boolean",
        EventHeaderType.Byte => "byte",
        EventHeaderType.Short => "short",
        EventHeaderType.Integer => "integer",
        EventHeaderType.Long => "long",
        EventHeaderType.ByteArray => "byte_array",
        EventHeaderType.String => "string",
        EventHeaderType.Timestamp => "timestamp",
        _ => "uuid",
    };
}
