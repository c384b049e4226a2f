using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using WireProtocols.Multipart;

namespace WireProtocols.InteropTests.Multipart;

/// <summary>Forms of npm undici in both directions, and those that <c>curl -F</c> sends.</summary>
public sealed class FormPeersTests(ServeFixture serve)
{
    [Fact]
    public async Task Undici_writes_what_we_read()
    {
        string[] lines = await NodePeer.RunAsync("undici", "form-data.mjs", "write");
        Assert.True(MultipartBoundary.TryFind(lines[0], out MultipartBoundary? boundary));
        Forms.AssertSame(Forms.Parts, await Forms.ReadAsync(boundary!, Convert.FromHexString(lines[1])));
    }

    [Fact]
    public async Task Undici_reads_what_we_write()
    {
        MultipartBoundary boundary = MultipartBoundary.Create();
        string hex = Convert.ToHexStringLower(Forms.Write(boundary, Forms.Parts));
        string[] lines = await NodePeer.RunAsync("undici", "form-data.mjs", "read", boundary.ToContentType("form-data"), hex);
        Forms.AssertSame(Forms.Parts, lines.Select(line =>
        {
            using JsonDocument part = JsonDocument.Parse(line);
            return (
                part.RootElement.GetProperty("name").GetString()!,
                part.RootElement.GetProperty("file").GetString(),
                Convert.FromHexString(part.RootElement.GetProperty("body").GetString()!));
        }));
    }

    [Fact]
    public async Task Curl_sends_what_we_read()
    {
        string folder = Directory.CreateTempSubdirectory("form").FullName;
        try
        {
            string file = Path.Combine(folder, "b.bin");
            byte[] bytes = Forms.Parts[2].Body;
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
            byte[] echoed = await RunCurlAsync("-sS", "-F", "a=text", "-F", "b=two\r\nlines", "-F", $"file=@{file}", serve.Http + "/echo");
            string first = Encoding.ASCII.GetString(echoed.AsSpan(0, echoed.AsSpan().IndexOf("\r\n"u8)));
            Forms.AssertSame(
                [("a", null, "text"u8.ToArray()), ("b", null, "two\r\nlines"u8.ToArray()), ("file", "b.bin", bytes)],
                await Forms.ReadAsync(new MultipartBoundary(first[2..]), echoed));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<byte[]> RunCurlAsync(params string[] args)
    {
        ProcessStartInfo start = new("curl", args) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process curl = Process.Start(start)!;
            using MemoryStream output = new();
            await curl.StandardOutput.BaseStream.CopyToAsync(output, TestContext.Current.CancellationToken);
            await curl.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.True(curl.ExitCode == 0, await curl.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
            return output.ToArray();
        }
        catch (Win32Exception)
        {
            Assert.Skip("curl is not installed.");
            throw;
        }
    }
}
