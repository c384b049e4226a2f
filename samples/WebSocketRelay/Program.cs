using System.Globalization;
using System.Net;
using System.Net.Sockets;
using WebSocketRelay;

if (!Uri.TryCreate(args.FirstOrDefault(), UriKind.Absolute, out Uri? target) || target.Scheme != "ws")
{
    await Console.Error.WriteLineAsync("usage: WebSocketRelay ws://host:port [--terminate] [--port N]");
    return 2;
}

int port = Array.IndexOf(args, "--port") is var at and >= 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : 0;
using TcpListener listener = new(IPAddress.Loopback, port);
listener.Start();
Console.WriteLine($"listening on ws://{listener.LocalEndpoint}");
using CancellationTokenSource stop = new();
Console.CancelKeyPress += (_, e) =>
{
    e.Cancel = true;
    stop.Cancel();
};
await new Relay(target, args.Contains("--terminate"), TextWriter.Synchronized(Console.Out)).ServeAsync(listener, stop.Token);
return 0;
