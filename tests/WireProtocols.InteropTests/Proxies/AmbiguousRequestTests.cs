using System.Net.Sockets;
using System.Text;

namespace WireProtocols.InteropTests.Proxies;

/// <summary>A proxy and the server behind it have to agree how many requests there are.</summary>
public sealed class AmbiguousRequestTests(ProxiedServers servers, ITestOutputHelper output)
{
    private const string Last = "GET /echo?last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

    /// <summary>After how long a proxy that says nothing waits for more. It decides nothing: what is cut short is in no count.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    public static TheoryData<string, string> All => ProxiedServers.All;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = 5 * ProxiedServers.Patience)]
    [MemberData(nameof(All))]
    public async Task No_count_of_requests_differs(string proxy, string server)
    {
        ProxiedServer proxied = await servers.GetAsync(proxy, server, 2);
        int before = proxied.Tee.Connections.Count;
        await Parallel.ForEachAsync(
            AmbiguousRequests.All,
            new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Stop },
            async (request, stop) => await SendAsync(proxied.Port, request + Last, stop));
        TeeConnection[] connections = [.. proxied.Tee.Connections.Skip(before)];
        List<string> differences = [];
        int sent = 0;
        int answered = 0;
        int refused = 0;
        foreach (TeeConnection connection in connections)
        {
            ForwardedRequests count = await ForwardedRequests.CountAsync(connection);
            (sent, answered, refused) = (sent + count.Sent, answered + count.Answered, refused + count.Refused);
            if (count.Difference is { } difference)
            {
                differences.Add($"{difference}\n--- sent by the proxy:\n{connection.FromProxy}\n--- by the server:\n{connection.FromServer}\n");
            }
        }

        output.WriteLine(
            $"{proxy}, {server}: {AmbiguousRequests.All.Count} sent; {sent} passed on in {connections.Length} connections, "
            + $"{answered} answered, {refused} of them refused; {differences.Count} differ");
        Assert.True(differences.Count == 0, $"{differences.Count}:\n{string.Join("\n\n", differences.Take(5))}");
        Assert.NotEqual(0, answered);
    }

    private static async Task SendAsync(int port, string request, CancellationToken stop)
    {
        using TcpClient client = new();
        byte[] buffer = new byte[16 * 1024];
        try
        {
            await client.ConnectAsync("127.0.0.1", port, stop);
            await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), stop);
            while (true)
            {
                using CancellationTokenSource silence = CancellationTokenSource.CreateLinkedTokenSource(stop);
                silence.CancelAfter(Silence);
                if (await client.GetStream().ReadAsync(buffer, silence.Token) == 0)
                {
                    return;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException || !stop.IsCancellationRequested)
        {
            // It was refused, or waits for more.
        }
    }
}
