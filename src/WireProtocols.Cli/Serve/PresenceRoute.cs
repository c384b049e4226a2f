using System.Buffers;
using System.Text.Json;
using WireProtocols.Backplane;

namespace WireProtocols.Cli.Serve;

/// <summary>How many members each topic has, here and on all servers that are joined, and whether the backplane answers.</summary>
internal sealed class PresenceRoute(ServeTopics topics) : Route
{
    private static readonly Dictionary<string, BackplaneTopic> Nothing = [];

    public override string Path => "/presence";

    public override string Description => "how many members each topic has, here and on all joined servers, as JSON";

    public override ValueTask HandleAsync(ServeRequest request)
    {
        ArrayBufferWriter<byte> answer = new();
        using (Utf8JsonWriter json = new(answer))
        {
            json.WriteStartObject();
            json.WriteString("backplane"u8, topics.Shared is { } shared ? JsonNamingPolicy.CamelCase.ConvertName($"{shared.State}") : "none");
            json.WriteStartObject("topics"u8);
            foreach ((string name, BackplaneTopic topic) in (topics.Node?.Topics ?? Nothing).OrderBy(t => t.Key, StringComparer.Ordinal))
            {
                json.WriteStartObject(name);
                json.WriteNumber("here"u8, topic.LocalPresence);
                json.WriteNumber("all"u8, topic.Presence);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        answer.Write("\n"u8);
        return request.Exchange.RespondAsync(200, answer.WrittenMemory, ("Content-Type", "application/json"), ("Cache-Control", "no-store"));
    }
}
