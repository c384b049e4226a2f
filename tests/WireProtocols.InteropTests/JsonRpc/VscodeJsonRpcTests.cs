using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using WireProtocols.JsonRpc;

namespace WireProtocols.InteropTests.JsonRpc;

/// <summary>npm vscode-jsonrpc over stdin and stdout, as an editor and a language server have it.</summary>
public sealed class VscodeJsonRpcTests
{
    private const string Package = "vscode-jsonrpc";

    [Fact]
    public async Task Requests_notifications_and_calls_back_go_both_ways()
    {
        if (!NodePeer.Has(Package))
        {
            Assert.Skip($"The npm package '{Package}' is not installed: run 'npm ci' in tests/WireProtocols.InteropTests/peers.");
        }

        using Process peer = NodePeer.Start("jsonrpc-echo.mjs");
        PipeWriter output = PipeWriter.Create(peer.StandardInput.BaseStream);
        using JsonRpcWriter writer = new(output);
        using JsonRpcReader reader = new(PipeReader.Create(peer.StandardOutput.BaseStream), new JsonRpcOptions { AllowBatch = false });

        string text = string.Concat(Enumerable.Repeat("Grüße, 你好 😀 ", 10_000));
        await SendAsync($$"""{"jsonrpc":"2.0","id":"one","method":"echo","params":{{JsonSerializer.Serialize(new[] { text })}}}""");
        OwnedJsonRpcMessage answer = await NextAsync();
        Assert.Equal(JsonRpcMessageKind.Result, JsonRpcOutline.Read(answer.Content.Span).Kind);
        Assert.Equal("\"one\"", Encoding.UTF8.GetString(JsonRpcOutline.Read(answer.Content.Span).Id));
        using (JsonDocument result = JsonDocument.Parse(answer.Content))
        {
            Assert.Equal(text, result.RootElement.GetProperty("result").GetString());
        }

        await SendAsync("""{"jsonrpc":"2.0","id":2,"method":"nobody has this"}""");
        answer = await NextAsync();
        Assert.Equal(JsonRpcMessageKind.Error, JsonRpcOutline.Read(answer.Content.Span).Kind);
        using (JsonDocument error = JsonDocument.Parse(answer.Content))
        {
            Assert.Equal((int)JsonRpcErrorCode.MethodNotFound, error.RootElement.GetProperty("error").GetProperty("code").GetInt32());
        }

        await SendAsync("""{"jsonrpc":"2.0","method":"note","params":{"n":7}}""");
        answer = await NextAsync();
        Assert.Equal((JsonRpcMessageKind.Notification, "noted"), Describe(answer));

        await SendAsync("""{"jsonrpc":"2.0","id":3,"method":"ask","params":{"question":"?"}}""");
        answer = await NextAsync();
        Assert.Equal((JsonRpcMessageKind.Request, "answer"), Describe(answer));
        string id = Encoding.UTF8.GetString(JsonRpcOutline.Read(answer.Content.Span).Id);
        await SendAsync($$"""{"jsonrpc":"2.0","id":{{id}},"result":42}""");
        answer = await NextAsync();
        Assert.Equal("42", Encoding.UTF8.GetString(JsonRpcOutline.Read(answer.Content.Span).Result));

        await output.CompleteAsync();
        await peer.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Empty(await reader.ReadAllAsync(TestContext.Current.CancellationToken).ToListAsync());
        Assert.Equal("", await peer.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));

        async Task SendAsync(string message)
        {
            writer.Write(Encoding.UTF8.GetBytes(message));
            await output.FlushAsync(TestContext.Current.CancellationToken);
        }

        async Task<OwnedJsonRpcMessage> NextAsync() => await reader.ReadAllAsync(TestContext.Current.CancellationToken).FirstAsync();
    }

    private static (JsonRpcMessageKind Kind, string? Method) Describe(OwnedJsonRpcMessage message)
    {
        JsonRpcOutline outline = JsonRpcOutline.Read(message.Content.Span);
        return (outline.Kind, outline.GetMethod());
    }
}
