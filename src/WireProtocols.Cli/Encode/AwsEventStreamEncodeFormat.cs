using WireProtocols.EventStreams;

namespace WireProtocols.Cli.Encode;

/// <summary>Messages of AWS services, with the checksums that they have to have.</summary>
internal sealed class AwsEventStreamEncodeFormat : EncodeFormat
{
    public override string Name => "amazon-eventstream";

    public override IReadOnlyList<string> Aliases => ["aws-event-stream"];

    public override string Description => "Messages of application/vnd.amazon.eventstream (amazon-eventstream); rows of the kind message";

    public override EncodeSession Start(EncodeRun run) => new Session(run);

    private static OwnedEventHeader ReadHeader(EncodeRow header)
        => new(header.GetString("name"), ReadValue(header, header.GetString("type", "string")));

    private static EventHeaderValue ReadValue(EncodeRow header, string type) => type switch
    {
        "boolean" => EventHeaderValue.FromBoolean(header.GetBoolean("value", true)),
        "byte" => EventHeaderValue.FromByte((sbyte)ReadInteger(header, sbyte.MinValue, sbyte.MaxValue)),
        "short" => EventHeaderValue.FromShort((short)ReadInteger(header, short.MinValue, short.MaxValue)),
        "integer" => EventHeaderValue.FromInteger((int)ReadInteger(header, int.MinValue, int.MaxValue)),
        "long" => EventHeaderValue.FromLong(header.GetInt64("value")),
        "byte_array" => EventHeaderValue.FromBytes(header.GetBytes("value")),
        "string" => EventHeaderValue.FromString(header.GetString("value")),
        "timestamp" => EventHeaderValue.FromMilliseconds(header.GetInt64("value")),
        "uuid" when Guid.TryParse(header.GetString("value"), out Guid uuid) => EventHeaderValue.FromUuid(uuid),
        "uuid" => throw new ArgumentException("the property \"value\" has to be a UUID"),
        _ => throw new ArgumentException(
            "the property \"type\" has to be boolean, byte, short, integer, long, byte_array, string, timestamp or uuid"),
    };

    private static long ReadInteger(EncodeRow header, long least, long most)
        => header.GetInt64("value") is var value && value >= least && value <= most
            ? value
            : throw new ArgumentException($"the property \"value\" has to be {least} to {most}");

    private sealed class Session(EncodeRun run) : EncodeSession(run)
    {
        public override void Encode(EncodeRow row)
        {
            row.Expect("message");
            OwnedEventHeader[] headers = row.Has("headers") ? [.. row.GetObjects("headers").Select(ReadHeader)] : [];
            new EventMessageWriter(Run.Output).WriteMessage(headers, row.GetBytes("payload", []));
        }
    }
}
