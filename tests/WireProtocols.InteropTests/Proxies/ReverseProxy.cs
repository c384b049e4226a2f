using System.Globalization;
using System.Text.RegularExpressions;
using WireProtocols.InteropTests.ProxyProtocol;

namespace WireProtocols.InteropTests.Proxies;

/// <summary>Starts somebody else's proxy in front of a server with its file of docs/proxies, where only ports and times are other ones.</summary>
public static partial class ReverseProxy
{
    public static readonly string[] Names = ["nginx", "HAProxy", "Caddy", "Varnish"];

    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="server">The port of the server behind it.</param>
    /// <param name="seconds">What stands there for the times of 60 s, after which it gives up.</param>
    public static Task<ProxyProgram> StartAsync(string name, int server, int seconds = 60) => name switch
    {
        "nginx" => ProxyProgram.StartAsync(
            ["nginx", "/usr/sbin/nginx"],
            (_, _) => ["-p", ".", "-c", "proxy.conf", "-e", "stderr"],
            (_, port) => $$"""
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log stderr error;
                events {}
                http {
                  access_log off;
                  client_body_temp_path body;
                  proxy_temp_path proxy;
                  fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi;
                  scgi_temp_path scgi;
                {{Read("nginx.conf", port, server, seconds)}}
                }
                """),
        "HAProxy" => ProxyProgram.StartAsync(
            ["haproxy", "/usr/sbin/haproxy"],
            (_, _) => ["-db", "-f", "proxy.conf"],
            (_, port) => Read("haproxy.cfg", port, server, seconds)),
        "Caddy" => ProxyProgram.StartAsync(
            ["caddy", "/usr/bin/caddy"],
            (_, _) => ["run", "--adapter", "caddyfile", "--config", "proxy.conf"],
            (_, port) => $"{{\n\tadmin off\n}}\n{Read("Caddyfile", port, server, seconds)}"),
        "Varnish" => ProxyProgram.StartAsync(
            ["varnishd", "/usr/sbin/varnishd"],
            (folder, port) =>
            [
                "-F", "-j", "none", "-T", "none", "-n", Path.Combine(folder, "work"), "-s", "malloc,16m", "-p", "vsl_space=1m",
                "-a", $"127.0.0.1:{port}", "-f", Path.Combine(folder, "proxy.conf"), "-p", $"pipe_timeout={seconds}",
                "-p", $"timeout_idle={Math.Min(5, seconds)}",
            ],
            (_, port) => Read("default.vcl", null, server, seconds)),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    /// <summary>The checkout that the tests run in.</summary>
    internal static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "WireProtocols.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run inside a checkout.");
    }

    /// <summary>A file of docs/proxies as it stands there, but for the ports and the times.</summary>
    private static string Read(string file, int? port, int server, int seconds)
    {
        string text = File.ReadAllText(Path.Combine(FindRoot(), "docs", "proxies", file));
        Assert.Contains("8080", text, StringComparison.Ordinal);
        Assert.Contains("60s", text, StringComparison.Ordinal);
        Assert.Contains("8000", text, StringComparison.Ordinal);
        text = text.Replace("8080", server.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        text = port is null ? text : text.Replace("8000", port.Value.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);
        return Minute().Replace(text, $"{seconds}s");
    }

    [GeneratedRegex(@"\b60s\b")]
    private static partial Regex Minute();
}
