using System.Diagnostics;
using System.Globalization;
using System.Net;
using WireProtocols.Rpc;

namespace WireProtocols.InteropTests.Rpc;

/// <summary>@connectrpc/connect-node: its clients call <c>wire serve</c>, and we call its servers, in all three protocols.</summary>
public sealed class ConnectNodeTests(ServeFixture serve)
{
    private const string Package = "@connectrpc/connect-node";

    [Theory]
    [InlineData("connect", "")]
    [InlineData("connect", "gzip")]
    [InlineData("connect-json", "")]
    [InlineData("grpc-web", "")]
    [InlineData("grpc-web", "gzip")]
    public async Task Its_clients_are_answered(string way, string compression)
    {
        string[] lines = await NodePeer.RunAsync(Package, "rpc-client.mjs", serve.Http, way, compression);
        Assert.Equal(way.StartsWith("connect", StringComparison.Ordinal) ? 8 : 7, lines.Length);
        Assert.All(lines, line => Assert.StartsWith("ok ", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(RpcProtocol.Connect, 1, false)]
    [InlineData(RpcProtocol.Connect, 1, true)]
    [InlineData(RpcProtocol.Connect, 2, true)]
    [InlineData(RpcProtocol.GrpcWeb, 1, true)]
    [InlineData(RpcProtocol.GrpcWeb, 2, false)]
    [InlineData(RpcProtocol.Grpc, 2, false)]
    [InlineData(RpcProtocol.Grpc, 2, true)]
    public async Task Its_servers_answer(RpcProtocol protocol, int version, bool isCompressed)
    {
        if (!NodePeer.Has(Package))
        {
            Assert.Skip($"The npm package '{Package}' is not installed: run 'npm ci' in tests/WireProtocols.InteropTests/peers.");
        }

        using Process server = NodePeer.Start("rpc-server.mjs", version.ToString(CultureInfo.InvariantCulture));
        try
        {
            string port = (await server.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
            RpcClientOptions options = new() { Protocol = protocol, Encoding = isCompressed ? RpcEncoding.Gzip : null };
            byte[] large = Value(40_000);
            RpcMetadata metadata = new();
            metadata.Add("acme-id", "42");
            RpcOutcome unary = await CallAsync(RpcMethodKind.Unary, metadata, large);
            Assert.Null(unary.Failure);
            Assert.Equal([large], unary.Messages);
            Assert.Equal("42", unary.Response.End!.Trailers.GetValue("seen"));

            RpcOutcome down = await CallAsync(RpcMethodKind.ServerStreaming, null, Value(3));
            Assert.Equal([Value(3), Value(3), Value(3)], down.Messages);

            RpcOutcome up = await CallAsync(RpcMethodKind.ClientStreaming, null, Value(100), Value(200));
            Assert.Equal(Value(300).Length, Assert.Single(up.Messages).Length);

            RpcOutcome refused = await CallAsync(RpcMethodKind.Unary, null, Array.Empty<byte>());
            Assert.Equal((RpcStatusCode.FailedPrecondition, "100% empty\n€"), (refused.Failure!.Status.Code, refused.Failure.Status.Message));
            if (version == 2)
            {
                RpcOutcome both = await CallAsync(RpcMethodKind.Bidirectional, null, Value(10), Value(40_000));
                Assert.Equal([Value(10), Value(40_000)], both.Messages);
            }

            Task<RpcOutcome> CallAsync(RpcMethodKind kind, RpcMetadata? sent, params byte[][] messages)
                => RpcHttp.CallAsync(
                    new Uri($"http://127.0.0.1:{port}/wire.Echo/{kind}"),
                    version == 2 ? HttpVersion.Version20 : HttpVersion.Version11,
                    kind,
                    options,
                    sent,
                    messages);
        }
        finally
        {
            server.StandardInput.Close();
            await server.WaitForExitAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>A google.protobuf.BytesValue of so many zeros.</summary>
    private static byte[] Value(int length)
    {
        List<byte> message = [0x0A];
        int rest = length;
        for (; rest > 0x7F; rest >>= 7)
        {
            message.Add((byte)(rest | 0x80));
        }

        return [.. message, (byte)rest, .. new byte[length]];
    }
}
