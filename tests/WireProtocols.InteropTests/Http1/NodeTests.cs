using System.Diagnostics;
using System.Globalization;

namespace WireProtocols.InteropTests.Http1;

public class NodeTests(ServeFixture server)
{
    [Fact]
    public async Task Nodes_client_gets_bodies_and_trailers_back()
    {
        using Process node = NodePeer.Start("http1-client.mjs", server.Http + "/echo", "30");
        string output = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal("30 bodies and trailers came back\n", output + await node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Our_client_gets_bodies_and_trailers_back_from_nodes_server()
    {
        using Process node = NodePeer.Start("http1-server.mjs");
        try
        {
            int port = int.Parse((await node.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!, CultureInfo.InvariantCulture);
            await using WireClient client = await WireClient.ConnectAsync(port);
            for (int seed = 200; seed < 230; seed++)
            {
                RandomBody body = RandomBody.Create(seed);
                WireResponse response = await client.PostAsync("/", body, seed, ("X-Sum", $"{seed}"));
                body.AssertSame(response.Body);
                Assert.Equal([("X-Sum", $"{seed}"), ("X-Length", $"{body.Bytes.Length}")], response.Trailers.Select(t => (t.Name, t.Value)));
            }
        }
        finally
        {
            node.Kill();
        }
    }
}
