using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about JSON-RPC does what it says.</summary>
public sealed class ReadmeJsonRpcTests
{
    private const string Ping = "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"ping\"}";
    private const string Pong = "Content-Length: 42\r\n\r\n{\"jsonrpc\":\"2.0\",\"result\":\"pong\",\"id\":\"a\"}";

    [Fact]
    public async Task Requests_are_answered_and_what_gets_between_them_is_skipped()
    {
        string input = $"Content-Length: {Ping.Length}\r\n\r\n{Ping}warning: something\nContent-Length: {Ping.Length}\r\n\r\n{Ping}";
        Assert.Equal(Pong + Pong, await AnswerAsync(input));
    }

    [Theory]
    [InlineData("\"\xFF\"", 1)]
    [InlineData("\"\xC3\"", 1)]
    [InlineData("1", 70)]
    public async Task A_bad_message_is_not_answered(string id, int depth)
    {
        string parameters = new string('[', depth) + new string(']', depth);
        string bad = $"{{\"jsonrpc\":\"2.0\",\"method\":\"ping\",\"id\":{id},\"params\":{parameters}}}";
        string input = $"Content-Length: {bad.Length}\r\n\r\n{bad}Content-Length: {Ping.Length}\r\n\r\n{Ping}";
        Assert.Equal(Pong, await AnswerAsync(input));
    }

    /// <summary>What is answered to bytes, a character each.</summary>
    private static async Task<string> AnswerAsync(string input)
    {
        Pipe pipe = new();
        await ReadmeJsonRpc.AnswerAsync(PipeReader.Create(new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(input))), pipe.Writer);
        await pipe.Writer.CompleteAsync();
        ReadResult output = await pipe.Reader.ReadAsync();
        return Encoding.UTF8.GetString(output.Buffer);
    }
}
