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
            (_, _) => ["-db", "-f", "proxy.conf"],
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
            (_, _) => ["-p", ".", "-c", "proxy.conf", "-e", "stderr"],
            (_, port) => $$"""
                {{LoadStreams(blocks(port))}}
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log stderr warn;
                events {}
                {{blocks(port)}}
                """);

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A process of its own is still ending in there; the folder is temporary anyway.
        }
    }

    private static string LoadStreams(string blocks)
    {
        const string Module = "/usr/lib/nginx/modules/ngx_stream_module.so";
        return blocks.Contains("stream {", StringComparison.Ordinal) && File.Exists(Module) ? $"load_module {Module};" : "";
    }

    /// <summary>A program with a configuration of the name proxy.conf; skips where it is not installed.</summary>
    /// <param name="names">Where it may be found.</param>
    /// <param name="arguments">Makes its arguments of the folder it runs in and the port to listen on.</param>
    /// <param name="configuration">Makes its configuration of the same.</param>
    /// <param name="files">Further files in that folder.</param>
    internal static async Task<ProxyProgram> StartAsync(
        string[] names,
        Func<string, int, string[]> arguments,
        Func<string, int, string> configuration,
        params (string Name, string Text)[] files)
    {
        string folder = Directory.CreateTempSubdirectory("wire-proxy-").FullName;
        int port = FreePort();
        await File.WriteAllTextAsync(Path.Combine(folder, "proxy.conf"), configuration(folder, port));
        foreach ((string name, string text) in files)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, name), text);
        }

        ProxyProgram program = new(Start(names, arguments(folder, port), folder), folder, port);
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
                ProcessStartInfo start = new(name, arguments)
                {
                    RedirectStandardError = true,
                    RedirectStandardOutput = true,
                    WorkingDirectory = folder,
                };

                // Some keep files of their own below these.
                start.Environment["HOME"] = folder;
                start.Environment["XDG_CONFIG_HOME"] = folder;
                start.Environment["XDG_DATA_HOME"] = folder;
                Process process = Process.Start(start)!;
                _ = process.StandardOutput.ReadToEndAsync();
                return process;
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
