using System.ComponentModel;
using System.Diagnostics;

namespace WireProtocols.InteropTests.Http1;

public class CurlTests(ServeFixture server)
{
    [Fact]
    public async Task Bodies_in_chunks_come_back()
    {
        for (int seed = 300; seed < 310; seed++)
        {
            RandomBody body = RandomBody.Create(seed);
            byte[] answer = await RunAsync(body.Bytes, "-sS", "-X", "POST", "-T", "-", server.Http + "/echo");
            body.AssertSame(answer);
        }
    }

    [Fact]
    public async Task Bodies_of_known_length_come_back()
    {
        RandomBody body = RandomBody.Create(310);
        body.AssertSame(
            await RunAsync(body.Bytes, "-sS", "-H", "Content-Type: application/octet-stream", "--data-binary", "@-", server.Http + "/echo"));
    }

    [Fact]
    public async Task Lines_are_printed_as_they_come()
    {
        // The second tick is an hour away.
        using Process curl = Start("-sSN", server.Http + "/ndjson/ticks?interval=3600000");
        string? line = await curl.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        curl.Kill();
        Assert.StartsWith("{\"tick\":1,", line, StringComparison.Ordinal);
    }

    private static async Task<byte[]> RunAsync(byte[] input, params string[] args)
    {
        using Process curl = Start(args);
        Task writing = Task.Run(async () =>
        {
            await curl.StandardInput.BaseStream.WriteAsync(input);
            curl.StandardInput.Close();
        });
        using MemoryStream output = new();
        await curl.StandardOutput.BaseStream.CopyToAsync(output, TestContext.Current.CancellationToken);
        await writing;
        await curl.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(curl.ExitCode == 0, await curl.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        return output.ToArray();
    }

    private static Process Start(params string[] args)
    {
        ProcessStartInfo start = new("curl", args) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("curl is not installed.");
            throw;
        }
    }
}
