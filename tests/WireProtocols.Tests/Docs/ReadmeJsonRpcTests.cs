using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about JSON-RPC does what it says.</summary>
public sealed class ReadmeJsonRpcTests
{
    [Fact]
    public async Task Requests_are_answered_and_what_gets_between_them_is_skipped()
    {
        const string Ping = "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"ping\"}";
        string input = $"Content-Length: {Ping.Length}\r\n\r\n{Ping}warning: something\nContent-Length: {Ping.Length}\r\n\r\n{Ping}";
        Pipe pipe = new();
        await ReadmeJsonRpc.AnswerAsync(PipeReader.Create(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(input))), pipe.Writer);
        await pipe.Writer.CompleteAsync();
        const string Pong = "Content-Length: 42\r\n\r\n{\"jsonrpc\":\"2.0\",\"result\":\"pong\",\"id\":\"a\"}";
        ReadResult output = await pipe.Reader.ReadAsync();
        Assert.Equal(Pong + Pong, Encoding.UTF8.GetString(output.Buffer));
    }
}
