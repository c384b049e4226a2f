using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace WireProtocols.Differential;

/// <summary>nginx as a proxy: what it refuses does not come through.</summary>
internal sealed class NginxPeer : Peer
{
    private readonly PlainServer _behind = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("differential-").FullName;
    private Process? _nginx;
    private string _version = "";
    private IPEndPoint _endPoint = new(IPAddress.Loopback, 0);

    public override string Name => "nginx";

    public override string Version => _version;

    public override IReadOnlyList<string> Kinds => ["requests", "bodies"];

    /// <exception cref="System.ComponentModel.Win32Exception">nginx is not installed.</exception>
    public override async Task StartAsync()
    {
        _version = await FindVersionAsync();
        using (Socket free = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            free.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            _endPoint = (IPEndPoint)free.LocalEndPoint!;
        }

        string configuration = Path.Combine(_folder, "nginx.conf");
        await File.WriteAllTextAsync(configuration, string.Create(CultureInfo.InvariantCulture, $$"""
            daemon off; pid {{_folder}}/pid; error_log {{_folder}}/error.log; worker_processes 1;
            events { worker_connections 256; }
            http {
              access_log off; client_body_temp_path {{_folder}}/body; proxy_temp_path {{_folder}}/proxy; fastcgi_temp_path {{_folder}}/f;
              uwsgi_temp_path {{_folder}}/u; scgi_temp_path {{_folder}}/s;
              server { listen {{_endPoint}}; location / { proxy_pass http://{{_behind.EndPoint}}; proxy_http_version 1.1; } }
            }
            """));
        _nginx = Process.Start(new ProcessStartInfo("nginx", ["-p", _folder, "-c", configuration]) { RedirectStandardError = true });
        for (int tries = 0; !await IsOpenAsync(); tries++)
        {
            if (tries == 200 || _nginx!.HasExited)
            {
                string why = _nginx!.HasExited ? await _nginx.StandardError.ReadToEndAsync() : "";
                throw new InvalidOperationException($"nginx does not listen: {why}");
            }

            await Task.Delay(50);
        }
    }

    public override Task<PeerAnswer> AskAsync(PeerQuestion question) => ServerTalk.AskAsync(_endPoint, question);

    public override async ValueTask DisposeAsync()
    {
        if (_nginx is not null)
        {
            _nginx.Kill(entireProcessTree: true);
            await _nginx.WaitForExitAsync();
            _nginx.Dispose();
        }

        await _behind.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
        await base.DisposeAsync();
    }

    private static async Task<string> FindVersionAsync()
    {
        using Process process = Process.Start(new ProcessStartInfo("nginx", ["-v"]) { RedirectStandardError = true })!;
        string text = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return text.Split('/')[^1].Trim();
    }

    private async Task<bool> IsOpenAsync()
    {
        using Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(_endPoint);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
