using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace WireProtocols.Benchmarks.Soak.Backplane;

/// <summary>A server of a backplane on a free port of the loopback, which can be killed, started again, and stopped for a while.</summary>
public abstract class BackplaneServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("wire-backplane-");
    private Process? _process;

    protected BackplaneServer()
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        Port = ((IPEndPoint)free.LocalEndpoint).Port;
    }

    /// <summary>Where it is, as <c>--backplane</c> takes it.</summary>
    public abstract string Url { get; }

    /// <summary>The program, which is the name of Debian's package, too.</summary>
    public abstract string Program { get; }

    /// <summary>Whether what it has comes back with it.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>The processor time that it has used since it was started last.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process!.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    protected int Port { get; }

    protected string Folder => _folder.FullName;

    protected abstract IEnumerable<string> Arguments { get; }

    /// <summary>Makes one by the name of what it is, <c>redis</c> or <c>nats</c>.</summary>
    public static BackplaneServer Create(string name, bool isDurable = true)
        => name == "redis" ? new RedisServer { IsDurable = isDurable } : new NatsServer { IsDurable = isDurable };

    /// <summary>Starts it, and waits until it takes connections.</summary>
    /// <returns>False where it is not installed.</returns>
    public async Task<bool> TryStartAsync()
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
            return false;
        }

        // Nobody reads what it says, but it must not wait for a reader.
        _ = _process.StandardOutput.ReadToEndAsync();
        _ = _process.StandardError.ReadToEndAsync();
        using CancellationTokenSource patience = new(TimeSpan.FromMinutes(1));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
        while (!await AcceptsAsync(patience.Token))
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"{Program} ended with {_process.ExitCode}.");
            }

            await timer.WaitForNextTickAsync(patience.Token);
        }

        return true;
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
    public Task StopAsync() => SignalAsync(_process!, "STOP");

    /// <summary>It goes on.</summary>
    public Task ContinueAsync() => SignalAsync(_process!, "CONT");

    /// <summary>Sends a signal as a shell does.</summary>
    public static async Task SignalAsync(Process process, string signal)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

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

    /// <summary><c>redis-server</c>, with an append-only file where it is durable.</summary>
    private sealed class RedisServer : BackplaneServer
    {
        public override string Url => string.Create(CultureInfo.InvariantCulture, $"redis://127.0.0.1:{Port}");

        public override string Program => "redis-server";

        protected override IEnumerable<string> Arguments =>
        [
            "--bind", "127.0.0.1", "--port", Port.ToString(CultureInfo.InvariantCulture), "--dir", Folder, "--save", "",
            "--appendonly", IsDurable ? "yes" : "no",

            // By default, Redis answers up to two seconds before it writes, where the disk is slow: what was in between is lost with it.
            "--appendfsync", "always",
        ];
    }

    /// <summary><c>nats-server</c> with JetStream in files.</summary>
    private sealed class NatsServer : BackplaneServer
    {
        public override string Url => string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{Port}");

        public override string Program => "nats-server";

        protected override IEnumerable<string> Arguments
            => ["-a", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-js", "-sd", Folder];
    }
}
