using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace WireProtocols.Benchmarks.Load;

/// <summary>nginx in one process, answering every request with the same few bytes.</summary>
public static class NginxServer
{
    /// <summary>Starts it where it is installed.</summary>
    public static LoadServer? TryStart()
    {
        string folder = Directory.CreateTempSubdirectory("wireprotocols-nginx-").FullName;
        int port = FreePort();
        string configuration = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(configuration, Configuration(folder, port.ToString(CultureInfo.InvariantCulture)));
        LoadServer? server = LoadServer.TryStartSilent(
            "nginx", "/usr/sbin/nginx", ["-e", Path.Combine(folder, "error.log"), "-c", configuration], new Uri($"http://127.0.0.1:{port}/"));
        if (server is null)
        {
            Directory.Delete(folder, recursive: true);
            return null;
        }

        server.Ended += (_, _) => Directory.Delete(folder, recursive: true);
        return server;
    }

    private static string Configuration(string folder, string port) => $$"""
        daemon off;
        master_process off;
        pid {{folder}}/nginx.pid;
        events { worker_connections 1024; }
        http {
            access_log off;
            server_tokens off;
            keepalive_requests 1000000000;
            client_body_temp_path {{folder}}/body;
            proxy_temp_path {{folder}}/proxy;
            fastcgi_temp_path {{folder}}/fastcgi;
            uwsgi_temp_path {{folder}}/uwsgi;
            scgi_temp_path {{folder}}/scgi;
            default_type text/plain;
            server {
                listen 127.0.0.1:{{port}};
                location / { return 200 "Hello, World!"; }
            }
        }
        """;

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
