using System.IO.Pipelines;
using WireProtocols.JsonRpc;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about JSON-RPC, where it compiles.</summary>
internal static class ReadmeJsonRpc
{
    public static async Task AnswerAsync(PipeReader input, PipeWriter output)
    {
        using JsonRpcReader reader = new(input, new JsonRpcOptions { ContinueOnError = true, AllowBatch = false });
        using JsonRpcWriter writer = new(output);
        while (await reader.WaitToReadAsync())
        {
            while (reader.TryRead(out JsonRpcMessage message))
            {
                JsonRpcOutline outline = message.Outline;
                if (outline.Kind == JsonRpcMessageKind.Request && outline.GetMethod() == "ping")
                {
                    writer.Write([.. "{\"jsonrpc\":\"2.0\",\"result\":\"pong\",\"id\":"u8, .. outline.Id, .. "}"u8]);
                }
            }

            await output.FlushAsync();
        }
    }
}
