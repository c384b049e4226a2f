using System.Diagnostics;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using JsonRpcBridge;
using WireProtocols;
using WireProtocols.Buffers;
using WireProtocols.JsonRpc;
using WireProtocols.WebSockets;

// A server of LSP (or of MCP, with --lines) on a WebSocket of this machine: JsonRpcBridge [--lines] [--port N] COMMAND [ARGUMENTS…]
JsonRpcFraming framing = JsonRpcFraming.HeaderFields;
int port = 0;
int first = 0;
for (; first < args.Length && args[first].StartsWith("--", StringComparison.Ordinal); first++)
{
    framing = args[first] == "--lines" ? JsonRpcFraming.Lines : framing;
    port = args[first] == "--port" && first + 1 < args.Length ? int.Parse(args[++first], CultureInfo.InvariantCulture) : port;
}

string[] command = args[first..];
if (command.Length == 0)
{
    await Console.Error.WriteLineAsync("usage: JsonRpcBridge [--lines] [--port N] COMMAND [ARGUMENTS...]");
    return 2;
}

// No page of the web may start programs here.
WebSocketAcceptOptions options = new()
{
    Decide = (request, _) => new(request.Origin is null ? WebSocketDecision.Accept() : WebSocketDecision.Refuse(request.Reject(403, "No pages.\n"))),
};
using TcpListener listener = new(IPAddress.Loopback, port);
listener.Start();
Console.WriteLine($"listening on ws://{listener.LocalEndpoint}");
while (true)
{
    _ = ServeAsync(await listener.AcceptSocketAsync());
}

async Task ServeAsync(Socket socket)
{
    await using WebSocketConnection? client = await WebSocketServer.AcceptAsync(new SocketTransport(socket), options);
    if (client is null)
    {
        return;
    }

    using Process server = Process.Start(
        new ProcessStartInfo(command[0], command[1..]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
    PipeReader input = PipeReader.Create(server.StandardOutput.BaseStream);
    try
    {
        await Bridge.RunAsync(client, input, PipeWriter.Create(server.StandardInput.BaseStream), framing, Console.Error);
    }
    catch (Exception exception) when (exception is IOException or WireProtocolException)
    {
        // Either end is gone.
    }

    if (!server.HasExited)
    {
        server.Kill();
    }
}
