using System.Text.Json.Serialization;

namespace WireProtocols.Cli.Serve;

/// <summary>A stream of tokens as a language model's API sends it, ended by <c>[DONE]</c>.</summary>
internal sealed class SseTokensRoute : Route
{
    private static readonly string[] Words =
    [
        "Every", " event", " is", " a", " block", " of", " lines", ",", " and", " a", " blank", " line", " sends", " it", ".", " Nothing", " else",
        " does", ".",
    ];

    public override string Path => "/sse/tokens";

    public override string Description => "tokens as from a language model (?count=n&interval=ms), ended by [DONE]";

    public override ValueTask HandleAsync(ServeRequest request)
    {
        int count = request.GetQuery("count", 20, 0, int.MaxValue);
        int interval = request.GetQuery("interval", 50, 0, 60_000);
        return ServeEventStream.RunAsync(request, stream => RunAsync(stream, count, TimeSpan.FromMilliseconds(interval)));
    }

    private static async Task RunAsync(ServeEventStream stream, int count, TimeSpan interval)
    {
        for (int i = 0; i < count; i++)
        {
            stream.Writer.WriteJson(new SseToken(i, Words[i % Words.Length]), SseTokenJson.Default.SseToken);
            await stream.FlushAsync();
            await stream.DelayAsync(interval);
        }

        stream.Writer.WriteEvent("[DONE]");
        await stream.FlushAsync();
    }
}

/// <summary>What one event of <c>/sse/tokens</c> carries.</summary>
internal sealed record SseToken(int Index, string Delta);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SseToken))]
internal sealed partial class SseTokenJson : JsonSerializerContext;
