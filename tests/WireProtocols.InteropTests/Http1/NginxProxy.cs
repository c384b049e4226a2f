using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace WireProtocols.InteropTests.Http1;

/// <summary>nginx as a reverse proxy before a server, with its defaults but for HTTP/1.1 to the server.</summary>
public sealed class NginxProxy : IAsyncDisposable
{
    private readonly Process _nginx;
    private readonly string _folder;

    private NginxProxy(Process nginx, string folder, int port) => (_nginx, _folder, Http) = (nginx, folder, $"http://127.0.0.1:{port}");

    /// <summary>For instance <c>http://127.0.0.1:40123</c>; below <c>/streamed/</c>, requests are passed on as they come in.</summary>
    public string Http { get; }

    public static async Task<NginxProxy> StartAsync(string server)
    {
        string folder = Directory.CreateTempSubdirectory("wire-nginx-").FullName;
        int port = FreePort();
        await File.WriteAllTextAsync(Path.Combine(folder, "nginx.conf"), $$"""
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log stderr warn;
            events {}
            http {
              access_log off;
              client_body_temp_path body;
              proxy_temp_path proxy;
              fastcgi_temp_path fastcgi;
              uwsgi_temp_path uwsgi;
              scgi_temp_path scgi;
              client_max_body_size 0;
              server {
                listen 127.0.0.1:{{port}};
                location / { proxy_pass {{server}}; proxy_http_version 1.1; }
                location /streamed/ { proxy_pass {{server}}/; proxy_http_version 1.1; proxy_request_buffering off; }
              }
            }
            """);
        Process nginx = Start(folder);
        NginxProxy proxy = new(nginx, folder, port);
        await proxy.WaitUntilItListensAsync(port);
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        _nginx.Kill();
        await _nginx.WaitForExitAsync();
        _nginx.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task WaitUntilItListensAsync(int port)
    {
        while (!_nginx.HasExited)
        {
            try
            {
                using TcpClient probe = new();
                await probe.ConnectAsync("127.0.0.1", port);
                return;
            }
            catch (SocketException)
            {
                await Task.Yield();
            }
        }

        throw new InvalidOperationException(await _nginx.StandardError.ReadToEndAsync());
    }

    private static Process Start(string folder)
    {
        foreach (string name in (string[])["nginx", "/usr/sbin/nginx"])
        {
            try
            {
                return Process.Start(
                    new ProcessStartInfo(name, ["-p", folder, "-c", "nginx.conf", "-e", "stderr"]) { RedirectStandardError = true })!;
            }
            catch (Win32Exception)
            {
                // Not under this name.
            }
        }

        Assert.Skip("nginx is not installed.");
        throw new InvalidOperationException();
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
