using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace WireProtocols.InteropTests.ProxyProtocol;

/// <summary>A proxy of somebody else's, started with a configuration of the test's on a free loopback port.</summary>
public sealed class ProxyProgram : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _folder;

    private ProxyProgram(Process process, string folder, int port) => (_process, _folder, Port) = (process, folder, port);

    public int Port { get; }

    /// <summary>HAProxy with the sections that come behind <c>defaults</c>.</summary>
    /// <param name="sections">Makes them of the folder it runs in and the port to listen on.</param>
    /// <param name="files">Further files in that folder.</param>
    public static Task<ProxyProgram> StartHaproxyAsync(Func<string, int, string> sections, params (string Name, string Text)[] files)
        => StartAsync(
            ["haproxy", "/usr/sbin/haproxy"],
            ["-db", "-f", "proxy.conf"],
            (folder, port) => $"""
                defaults
                  timeout connect 5s
                  timeout client 60s
                  timeout server 60s
                {sections(folder, port)}

                """,
            files);

    /// <summary>nginx with the blocks beside <c>events</c>; skips where it cannot proxy streams and that is wanted.</summary>
    public static Task<ProxyProgram> StartNginxAsync(Func<int, string> blocks)
        => StartAsync(
            ["nginx", "/usr/sbin/nginx"],
            ["-p", ".", "-c", "proxy.conf", "-e", "stderr"],
            (_, port) => $$"""
                {{LoadStreams(blocks(port))}}
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log stderr warn;
                events {}
                {{blocks(port)}}
                """,
            []);

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string LoadStreams(string blocks)
    {
        const string Module = "/usr/lib/nginx/modules/ngx_stream_module.so";
        return blocks.Contains("stream {", StringComparison.Ordinal) && File.Exists(Module) ? $"load_module {Module};" : "";
    }

    private static async Task<ProxyProgram> StartAsync(
        string[] names, string[] arguments, Func<string, int, string> configuration, (string Name, string Text)[] files)
    {
        string folder = Directory.CreateTempSubdirectory("wire-proxy-").FullName;
        int port = FreePort();
        await File.WriteAllTextAsync(Path.Combine(folder, "proxy.conf"), configuration(folder, port));
        foreach ((string name, string text) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), text);
        }

        ProxyProgram program = new(Start(names, arguments, folder), folder, port);
        await program.WaitUntilItListensAsync();
        return program;
    }

    private async Task WaitUntilItListensAsync()
    {
        Task<string> error = _process.StandardError.ReadToEndAsync();
        while (!_process.HasExited)
        {
            try
            {
                using TcpClient probe = new();
                await probe.ConnectAsync("127.0.0.1", Port);
                return;
            }
            catch (SocketException)
            {
                await Task.Yield();
            }
        }

        string said = await error;
        bool lacksStreams = said.Contains("unknown directive \"stream\"", StringComparison.Ordinal);
        Assert.SkipWhen(lacksStreams, "nginx has no module for streams (libnginx-mod-stream).");
        throw new InvalidOperationException(said);
    }

    private static Process Start(string[] names, string[] arguments, string folder)
    {
        foreach (string name in names)
        {
            try
            {
                ProcessStartInfo start = new(name, arguments) { RedirectStandardError = true, WorkingDirectory = folder };
                return Process.Start(start)!;
            }
            catch (Win32Exception)
            {
                // Not under this name.
            }
        }

        Assert.Skip($"{names[0]} is not installed.");
        throw new InvalidOperationException();
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
