using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using StreamJsonRpc;
using WireProtocols.JsonRpc;

namespace WireProtocols.InteropTests.JsonRpc;

/// <summary>StreamJsonRpc at the other end of two pipes, in both framings, as a server and as a client.</summary>
public sealed class StreamJsonRpcTests
{
    [Theory]
    [InlineData(JsonRpcFraming.HeaderFields)]
    [InlineData(JsonRpcFraming.Lines)]
    public async Task It_answers_what_is_written_here(JsonRpcFraming framing)
    {
        Pipe toPeer = new();
        Pipe toUs = new();
        using StreamJsonRpc.JsonRpc peer = new(CreateHandler(framing, toUs.Writer, toPeer.Reader), new Service());
        peer.StartListening();
        using JsonRpcWriter writer = new(toPeer.Writer, new JsonRpcWriterOptions { Framing = framing });
        using JsonRpcReader reader = new(toUs.Reader, new JsonRpcOptions { Framing = framing });
        foreach (string text in (string[])["", "Grüße, 你好 😀", new string('x', 200_000)])
        {
            string parameters = JsonSerializer.Serialize(new[] { text });
            writer.Write(Encoding.UTF8.GetBytes($$"""{"jsonrpc":"2.0","id":1,"method":"Echo","params":{{parameters}}}"""));
            await toPeer.Writer.FlushAsync(TestContext.Current.CancellationToken);
            OwnedJsonRpcMessage answer = await reader.ReadAllAsync(TestContext.Current.CancellationToken).FirstAsync();
            using JsonDocument result = JsonDocument.Parse(answer.Content);
            Assert.Equal(text, result.RootElement.GetProperty("result").GetString());
        }

        writer.Write("""{"jsonrpc":"2.0","id":2,"method":"Nobody"}"""u8);
        await toPeer.Writer.FlushAsync(TestContext.Current.CancellationToken);
        OwnedJsonRpcMessage error = await reader.ReadAllAsync(TestContext.Current.CancellationToken).FirstAsync();
        Assert.Equal(JsonRpcMessageKind.Error, JsonRpcOutline.Read(error.Content.Span).Kind);
    }

    [Theory]
    [InlineData(JsonRpcFraming.HeaderFields)]
    [InlineData(JsonRpcFraming.Lines)]
    public async Task Its_calls_are_read_and_answered(JsonRpcFraming framing)
    {
        Pipe toPeer = new();
        Pipe toUs = new();
        using StreamJsonRpc.JsonRpc peer = new(CreateHandler(framing, toUs.Writer, toPeer.Reader));
        peer.StartListening();
        Task serving = ServeAsync(toUs.Reader, toPeer.Writer, framing);
        for (int length = 0; length < 3000; length += 271)
        {
            string text = string.Concat(Enumerable.Repeat("aü€😀", length));
            Assert.Equal(text, await peer.InvokeWithCancellationAsync<string>("echo", [text], TestContext.Current.CancellationToken));
        }

        await peer.NotifyAsync("bye");
        await serving;
    }

    /// <summary>Answers each request with its first parameter, until a notification comes.</summary>
    private static async Task ServeAsync(PipeReader input, PipeWriter output, JsonRpcFraming framing)
    {
        using JsonRpcReader reader = new(input, new JsonRpcOptions { Framing = framing });
        using JsonRpcWriter writer = new(output, new JsonRpcWriterOptions { Framing = framing });
        await foreach (OwnedJsonRpcMessage message in reader.ReadAllAsync(TestContext.Current.CancellationToken))
        {
            if (!TryAnswer(message.Content.Span, writer))
            {
                return;
            }

            await output.FlushAsync(TestContext.Current.CancellationToken);
        }
    }

    private static bool TryAnswer(ReadOnlySpan<byte> json, JsonRpcWriter writer)
    {
        JsonRpcOutline outline = JsonRpcOutline.Read(json);
        if (outline.Kind == JsonRpcMessageKind.Notification)
        {
            return false;
        }

        Assert.Equal((JsonRpcMessageKind.Request, "echo"), (outline.Kind, outline.GetMethod()));
        writer.Write([.. "{\"jsonrpc\":\"2.0\",\"id\":"u8, .. outline.Id, .. ",\"result\":"u8, .. outline.Parameters[1..^1], .. "}"u8]);
        return true;
    }

    private static IJsonRpcMessageHandler CreateHandler(JsonRpcFraming framing, PipeWriter output, PipeReader input)
        => framing == JsonRpcFraming.Lines
            ? new NewLineDelimitedMessageHandler(output, input, new SystemTextJsonFormatter())
            : new HeaderDelimitedMessageHandler(output.AsStream(), input.AsStream(), new SystemTextJsonFormatter());

    private sealed class Service
    {
        public string Echo(string text) => text;
    }
}
