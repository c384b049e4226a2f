using System.Net.ServerSentEvents;
using System.Text.Json;

namespace WireProtocols.Differential;

/// <summary>The event streams of the platform, in whichever version this process has.</summary>
internal sealed class NetEventPeer : Peer
{
    public override string Name => "System.Net.ServerSentEvents";

    public override string Version => AssemblyVersion.Of(typeof(SseParser));

    public override IReadOnlyList<string> Kinds => ["streams"];

    public override Task<PeerAnswer> AskAsync(PeerQuestion question)
    {
        List<string> got = [];
        try
        {
            using MemoryStream stream = new(Convert.FromHexString(question.Hex));
            SseParser<string> parser = SseParser.Create(stream);
            foreach (SseItem<string> item in parser.Enumerate())
            {
                got.Add(EventText.Of(item.EventType, item.Data, parser.LastEventId));
            }

            return Task.FromResult(Accept(question, got));
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return Task.FromResult(Refuse(question, exception.Message, got));
        }
    }
}

/// <summary>The JSON of the platform, in whichever version this process has.</summary>
internal sealed class NetJsonPeer : Peer
{
    public override string Name => "System.Text.Json";

    public override string Version => AssemblyVersion.Of(typeof(JsonDocument));

    public override IReadOnlyList<string> Kinds => ["texts", "lines"];

    public override async Task<PeerAnswer> AskAsync(PeerQuestion question)
    {
        byte[] bytes = Convert.FromHexString(question.Hex);
        int count = 0;
        try
        {
            if (question.Kind == "texts")
            {
                JsonDocument.Parse(bytes).Dispose();
                return Accept(question, []);
            }

            using MemoryStream stream = new(bytes);
            await foreach (JsonElement _ in JsonSerializer.DeserializeAsyncEnumerable(
                stream, NetJsonContext.Default.JsonElement, topLevelValues: true))
            {
                count++;
            }

            return Accept(question, [$"{count}"]);
        }
        catch (JsonException exception)
        {
            return Refuse(question, exception.Message, question.Kind == "texts" ? [] : [$"{count}"]);
        }
    }
}

/// <summary>Any value.</summary>
[System.Text.Json.Serialization.JsonSerializable(typeof(JsonElement))]
internal sealed partial class NetJsonContext : System.Text.Json.Serialization.JsonSerializerContext;

/// <summary>The version of an assembly, without the commit.</summary>
internal static class AssemblyVersion
{
    public static string Of(Type type)
        => System.Reflection.CustomAttributeExtensions.GetCustomAttribute<System.Reflection.AssemblyInformationalVersionAttribute>(type.Assembly)!
            .InformationalVersion.Split('+')[0];
}
