using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using WireProtocols.InteropTests.WebTransport.Carriers;
using WireProtocols.MsQuic;
using WireProtocols.WebTransport;

namespace WireProtocols.InteropTests.Cli;

/// <summary>`wire connect https://… --webtransport` against `wire serve --webtransport-quic`.</summary>
public sealed class WebTransportConnectTests
{
    [Fact]
    public async Task Lines_come_back_on_streams_and_the_session_is_closed_behind_them()
    {
        (int status, string output, string error) = await ConnectAsync("/echo", "hello\nworld\n", "--json");
        Assert.Equal(0, status);
        string[] rows = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        foreach (string word in (string[])["aGVsbG8=", "d29ybGQ="])
        {
            Assert.Contains(rows, r => r.StartsWith("{\"kind\":\"sent\"", StringComparison.Ordinal) && r.Contains(word, StringComparison.Ordinal));
            Assert.Contains(rows, r => r.StartsWith("{\"kind\":\"data\"", StringComparison.Ordinal) && r.Contains(word, StringComparison.Ordinal));
        }

        Assert.Equal(2, rows.Count(r => r.Contains("stream-finished", StringComparison.Ordinal)));
        Assert.Contains("closed with 0", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_datagram_comes_back_and_the_servers_close_ends_it_with_code_and_reason()
    {
        (int status, string output, string error) = await ConnectAsync("/echo?close=7&reason=so%20long", "hello\n", "--datagrams");
        Assert.Equal(0, status);
        Assert.Contains("→ datagram, 5 bytes: \"hello\"", output, StringComparison.Ordinal);
        Assert.Contains("closed with 7 \"so long\"", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_that_is_rejected_is_a_violation_that_is_told()
    {
        (int status, _, string error) = await ConnectAsync("/echo?reject=403", "");
        Assert.Equal(1, status);
        Assert.Contains("status 403", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_lines_than_the_server_allows_streams_wait_and_all_come_back()
    {
        const int Count = 3000;
        string lines = string.Concat(Enumerable.Range(0, Count).Select(i => $"line {i}\n"));
        (int status, string output, string error) = await ConnectAsync("/echo", lines, "--json");
        Assert.Equal(0, status);
        string[] rows = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(Count, rows.Count(r => r.StartsWith("{\"kind\":\"sent\"", StringComparison.Ordinal)));
        Assert.Equal(Count, rows.Count(r => r.Contains("stream-finished", StringComparison.Ordinal)));
        Assert.Contains("closed with 0", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_that_is_too_long_ends_it_with_what_is_wrong()
    {
        (int status, _, string error) = await ConnectAsync("/echo", "hello\nmuch longer than that", "--max-element", "10");
        Assert.Equal(2, status);
        Assert.Contains("line 2 is longer than 10 bytes", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_lost_after_the_session_was_opened_is_no_success()
    {
        Assert.SkipWhen(MsQuicLibrary.Missing is not null, MsQuicLibrary.Missing ?? "");
        await using MsQuicListener listener = MsQuicListener.Listen(new IPEndPoint(IPAddress.Loopback, 0), TestCertificate.Value);
        Task serving = BreakOffAsync(listener);
        using Process client = WireProcess.Start(
            "connect", $"https://127.0.0.1:{listener.LocalEndPoint.Port}/", "--webtransport", "--certificate-hash",
            Convert.ToHexString(SHA256.HashData(TestCertificate.Value.RawData)));
        _ = client.StandardOutput.ReadToEndAsync();
        Task<string> telling = client.StandardError.ReadToEndAsync();
        await client.StandardInput.WriteAsync("hello\n");
        await client.StandardInput.FlushAsync();
        string error = await telling;
        await client.WaitForExitAsync();
        await serving;
        Assert.Contains("the session is lost: H3_INTERNAL_ERROR", error, StringComparison.Ordinal);
        Assert.Equal(3, client.ExitCode);
    }

    /// <summary>Accepts a session, and closes the connection when the first stream is there.</summary>
    private static async Task BreakOffAsync(MsQuicListener listener)
    {
        await using MsQuicCarrier carrier = await listener.AcceptAsync();
        using WebTransportConnection connection = new(
            WebTransportRole.Server, carrier, new WebTransportConnectionOptions { RequireReliableReset = false });
        await new WebTransportPump(connection, carrier, item =>
        {
            if (item.Kind == WebTransportEventKind.SessionRequested)
            {
                item.Session!.Accept();
            }
            else if (item.Kind == WebTransportEventKind.StreamOpened)
            {
                connection.Close(WebTransportErrorCode.InternalError);
            }
        }).RunAsync();
    }

    private static async Task<(int Status, string Output, string Error)> ConnectAsync(string path, string input, params string[] options)
    {
        Assert.SkipWhen(MsQuicLibrary.Missing is not null, MsQuicLibrary.Missing ?? "");
        using Process server = WireProcess.Start("serve", "--port", "0", "--webtransport-quic", "0");
        _ = server.StandardError.ReadToEndAsync();
        await server.StandardOutput.ReadLineAsync();
        string[] words = (await server.StandardOutput.ReadLineAsync())!.Split(' ');
        using Process client = WireProcess.Start(
            ["connect", words[2].TrimEnd(',').TrimEnd('/') + path, "--webtransport", "--certificate-hash", words[^1], .. options]);
        Task<string> output = client.StandardOutput.ReadToEndAsync();
        Task<string> error = client.StandardError.ReadToEndAsync();
        await client.StandardInput.WriteAsync(input);
        client.StandardInput.Close();
        await client.WaitForExitAsync();
        await WireProcess.SignalAsync(server, "TERM");
        await server.WaitForExitAsync();
        Assert.Equal(0, server.ExitCode);
        return (client.ExitCode, await output, await error);
    }
}
