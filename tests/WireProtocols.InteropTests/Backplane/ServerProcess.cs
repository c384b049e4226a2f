using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using WireProtocols.InteropTests.Cli;

namespace WireProtocols.InteropTests.Backplane;

/// <summary>A server of a backplane on a free port of the loopback, which can be killed, started again, and stopped for a while.</summary>
public abstract class ServerProcess : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wire-backplane-");
    private Process? _process;

    protected ServerProcess()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        Port = ((IPEndPoint)free.LocalEndpoint).Port;
    }

    /// <summary>Where it is, as <c>--backplane</c> takes it.</summary>
    public abstract string Url { get; }

    /// <summary>Whether what it has comes back with it; it takes effect at the next start.</summary>
    public bool IsDurable { get; init; } = true;

    protected int Port { get; }

    protected string Folder => _folder.FullName;

    protected abstract string Program { get; }

    protected abstract IEnumerable<string> Arguments { get; }

    /// <summary>Starts it, and waits until it takes connections.</summary>
    public async Task StartAsync()
    {
        if (!IsDurable)
        {
            _folder.Delete(recursive: true);
            _folder.Create();
        }

        try
        {
            _process = Process.Start(new ProcessStartInfo(Program, Arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{Program} is not installed (Debian's package {Program}).");
        }

        // Nobody reads what it says, but it must not wait for a reader.
        _ = _process!.StandardOutput.ReadToEndAsync();
        _ = _process.StandardError.ReadToEndAsync();
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (!await AcceptsAsync(patience.Token))
        {
            Assert.False(_process.HasExited, $"{Program} ended with {(_process.HasExited ? _process.ExitCode : 0)}.");
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }

    /// <summary>Ends it at once, as kill -9 does.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    /// <summary>It does nothing any more, and its connections stay.</summary>
    public Task StopAsync() => WireProcess.SignalAsync(_process!, "STOP");

    /// <summary>It goes on.</summary>
    public Task ContinueAsync() => WireProcess.SignalAsync(_process!, "CONT");

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            await KillAsync();
        }

        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task<bool> AcceptsAsync(CancellationToken cancellationToken)
    {
        using TcpClient client = new();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}

/// <summary><c>redis-server</c>, with an append-only file where it is durable.</summary>
public sealed class RedisServer : ServerProcess
{
    public override string Url => $"redis://127.0.0.1:{Port}";

    protected override string Program => "redis-server";

    protected override IEnumerable<string> Arguments =>
    [
        "--bind", "127.0.0.1", "--port", $"{Port}", "--dir", Folder, "--save", "", "--appendonly", IsDurable ? "yes" : "no",
    ];
}

/// <summary><c>nats-server</c> with JetStream in files.</summary>
public sealed class NatsServer : ServerProcess
{
    public override string Url => $"nats://127.0.0.1:{Port}";

    protected override string Program => "nats-server";

    protected override IEnumerable<string> Arguments => ["-a", "127.0.0.1", "-p", $"{Port}", "-js", "-sd", Folder];
}
