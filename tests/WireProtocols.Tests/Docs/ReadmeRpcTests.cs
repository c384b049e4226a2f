using System.IO.Pipelines;
using System.Text;
using WireProtocols.Rpc;
using WireProtocols.Tests.Rpc;

namespace WireProtocols.Tests.Docs;

/// <summary>The code of the documentation about gRPC, gRPC-Web and Connect does what it says.</summary>
public sealed class ReadmeRpcTests
{
    [Fact]
    public async Task Messages_are_read_out_of_text()
    {
        StringWriter output = new() { NewLine = "|" };
        await ReadmeRpc.MessagesAsync(PipeReader.Create(new MemoryStream("AAAAAAVoZWxsbw==gAAAABBncnBjLXN0YXR1czogMA0K"u8.ToArray())), output);
        Assert.Equal("hello|Ok: |", output.ToString());
    }

    [Theory]
    [InlineData("why?", RpcStatusCode.Ok, 3)]
    [InlineData("", RpcStatusCode.InvalidArgument, 0)]
    public async Task The_method_answers(string question, RpcStatusCode code, int count)
    {
        RpcClientCall client = new(RpcMethodKind.ServerStreaming);
        RpcLoopback loopback = new(client.Fields);
        RpcRequestWriter request = client.CreateRequest(loopback.Request);
        await request.WriteAsync(Encoding.UTF8.GetBytes(question));
        await request.CompleteAsync();
        await ReadmeRpc.ServeAsync(loopback);
        RpcResponse response = client.CreateResponse(loopback.Status, loopback.ResponseFields, loopback.Response, () => loopback.Trailers);
        int received = 0;
        Exception? failure = await Record.ExceptionAsync(async () => received = await response.ReadAllAsync().CountAsync());
        Assert.Equal((code, code == RpcStatusCode.Ok), (response.End!.Status.Code, failure is null));
        Assert.Equal(count, received);
    }
}
