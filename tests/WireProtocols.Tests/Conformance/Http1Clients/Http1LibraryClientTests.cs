using System.Buffers;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using WireProtocols.Buffers;
using WireProtocols.Conformance;
using WireProtocols.Http1;

namespace WireProtocols.Tests.Conformance;

/// <summary>The library's own client keeps every rule that the examiner knows.</summary>
public class Http1LibraryClientTests(ITestOutputHelper output)
{
    [Fact]
    public async Task The_client_of_the_library_is_not_accused()
    {
        await using ConformanceListener listener = ConformanceListener.Start("http", Http1ClientCases.All);
        List<ConformanceResult> wrong = [];
        await foreach (ConformanceResult result in listener.RunAsync(Http1ClientCases.All, ReadAndReportAsync, TestContext.Current.CancellationToken))
        {
            if (result.Verdict == ConformanceVerdict.Fail)
            {
                output.WriteLine($"{result.Case.Id}: {result.Verdict}: {result.Finding.Got}");
                wrong.Add(result);
            }
        }

        Assert.Empty(wrong);
    }

    private static async Task ReadAndReportAsync(Uri url, CancellationToken stop)
    {
        await using SocketTransport transport = await ConnectAsync(url, stop);
        await using Http1ClientConnection connection = new(transport);
        object row;
        try
        {
            connection.StartRequest("GET", url.PathAndQuery, Http1BodyFraming.None, ("Host", url.Authority)).Complete();
            Http1Response response = await connection.ReceiveAsync(stop);
            byte[] body = await ReadAsync(response.Body, stop);
            row = new
            {
                kind = "response",
                status = response.StatusCode,
                body = Convert.ToBase64String(body),
                trailers = response.Body.Trailers.Select(t => new[] { t.Name, t.Value }),
            };
        }
        catch (Exception exception) when (exception is IOException or WireProtocolException)
        {
            row = new { kind = "error", message = exception.Message };
        }

        string report = JsonSerializer.Serialize(row) + "\n";
        if (connection.CanSend)
        {
            await ReportAsync(connection, url, report, stop);
            return;
        }

        await using SocketTransport another = await ConnectAsync(url, stop);
        await using Http1ClientConnection other = new(another);
        await ReportAsync(other, url, report, stop);
    }

    private static async Task<SocketTransport> ConnectAsync(Uri url, CancellationToken stop)
    {
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(url.Host, url.Port, stop);
        return new SocketTransport(socket);
    }

    private static async Task<byte[]> ReadAsync(PipeReader body, CancellationToken stop)
    {
        List<byte> bytes = [];
        while (true)
        {
            ReadResult read = await body.ReadAsync(stop);
            bytes.AddRange(read.Buffer.ToArray());
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return [.. bytes];
            }
        }
    }

    private static async Task ReportAsync(Http1ClientConnection connection, Uri url, string report, CancellationToken stop)
    {
        byte[] body = Encoding.UTF8.GetBytes(report);
        Http1BodyWriter writer = connection.StartRequest("POST", "/report", Http1BodyFraming.OfLength(body.Length), ("Host", url.Authority));
        writer.Write(body);
        await writer.CompleteAsync();
        await connection.ReceiveAsync(stop);
    }
}
