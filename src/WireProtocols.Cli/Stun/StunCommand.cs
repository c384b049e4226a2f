using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using WireProtocols.Cli.IO;
using WireProtocols.WebRtc;

namespace WireProtocols.Cli.Stun;

/// <summary>`wire stun HOST:PORT` asks a server what address it sees; `wire stun --listen PORT` is one.</summary>
internal static class StunCommand
{
    private const string Software = "wire";

    public static Command Create(ToolIO io)
    {
        Argument<string?> server = new("SERVER")
        {
            Description = "The server: HOST or HOST:PORT; 3478 where no port is named.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<int?> listen = new("--listen") { Description = "Be a server on this port of UDP; 0 picks a free one.", HelpName = "PORT" };
        listen.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out int port) && port is < 0 or > ushort.MaxValue)
            {
                result.AddError("--listen is a port, 0 to 65535.");
            }
        });
        Option<string> host = new("--host") { Description = "The address to listen on.", DefaultValueFactory = _ => "127.0.0.1" };
        Option<bool> fingerprint = new("--fingerprint") { Description = "Send a FINGERPRINT, and demand one." };
        Option<int> requests = Common.CommonOptions.Count("--requests", "How often to ask before giving up.", 7, 1);
        Option<bool> json = new("--json") { Description = "Print one JSON object a line." };
        Command stun = new("stun", "Ask a STUN server what address it sees, or be one (RFC 8489).")
        {
            server, listen, host, fingerprint, requests, json,
        };
        stun.Validators.Add(result =>
        {
            if ((result.GetValue(server) is null) == (result.GetValue(listen) is null))
            {
                result.AddError("'wire stun' takes a SERVER or --listen PORT.");
            }
        });
        stun.SetAction((arguments, stop) => arguments.GetValue(listen) is { } port
            ? ListenAsync(arguments.GetValue(host)!, port, arguments.GetValue(json), io, stop)
            : QueryAsync(
                arguments.GetValue(server)!,
                new StunClientOptions
                {
                    UsesFingerprint = arguments.GetValue(fingerprint),
                    MaxRequests = Math.Min(16, arguments.GetValue(requests)),
                    Software = Software,
                    TimeProvider = io.Time,
                },
                arguments.GetValue(json),
                io,
                stop));
        return stun;
    }

    private static async Task<int> QueryAsync(string server, StunClientOptions options, bool json, ToolIO io, CancellationToken stop)
    {
        IPEndPoint endPoint = await ResolveAsync(server, stop);
        OutputBuffer output = new(io.Output);
        try
        {
            StunBindingResult result = await StunClient.QueryAsync(endPoint, options, stop);
            if (!json)
            {
                output.Write(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{result.MappedAddress} is what {endPoint} sees, after {result.Requests} request{(result.Requests == 1 ? "" : "s")}"));
                output.Write(string.Create(CultureInfo.InvariantCulture, $" and {result.Time.TotalMilliseconds:0.0} ms\n"));
                output.Flush();
                return ExitStatus.Ok;
            }

            using JsonRows rows = new(output);
            Utf8JsonWriter row = rows.Begin("mapped-address"u8);
            row.WriteString("server"u8, endPoint.ToString());
            row.WriteString("address"u8, result.MappedAddress.Address.ToString());
            row.WriteNumber("port"u8, result.MappedAddress.Port);
            row.WriteString("software"u8, result.Software);
            row.WriteNumber("requests"u8, result.Requests);
            row.WriteNumber("ms"u8, Math.Round(result.Time.TotalMilliseconds, 1));
            rows.End();
            output.Flush();
            return ExitStatus.Ok;
        }
        catch (StunErrorException exception)
        {
            throw new ToolException(
                ExitStatus.Violation,
                string.Create(CultureInfo.InvariantCulture, $"{endPoint} answered with error {exception.Code}: {exception.Reason}"));
        }
        catch (InvalidDataException exception)
        {
            throw new ToolException(ExitStatus.Violation, $"{endPoint}: {exception.Message}");
        }
        catch (TimeoutException exception)
        {
            throw new ToolException(ExitStatus.InputOutput, $"{endPoint}: {exception.Message}");
        }
    }

    private static async Task<int> ListenAsync(string host, int port, bool json, ToolIO io, CancellationToken stop)
    {
        if (!IPAddress.TryParse(host, out IPAddress? address))
        {
            throw ToolException.Usage($"'{host}' is no address to listen on.");
        }

        using Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(new IPEndPoint(address, port));
        }
        catch (SocketException exception)
        {
            throw new ToolException(ExitStatus.InputOutput, $"{address}, port {port}: {exception.Message}");
        }

        OutputBuffer output = new(io.Output);
        using JsonRows rows = new(output);
        output.Write($"Listening on stun:{socket.LocalEndPoint}\n");
        output.Flush();
        try
        {
            await StunServer.RunAsync(socket, new StunServerOptions { Software = Software, Received = Show }, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It was told to stop.
        }

        return ExitStatus.Ok;

        void Show(IPEndPoint client, StunProtocolError error, bool isAnswered)
        {
            if (json)
            {
                Utf8JsonWriter row = rows.Begin("datagram"u8);
                row.WriteString("client"u8, client.ToString());
                row.WriteBoolean("answered"u8, isAnswered);
                if (error != StunProtocolError.None)
                {
                    row.WriteString("code"u8, error.ToString());
                }

                rows.End();
            }
            else
            {
                output.Write($"{client}: {(error == StunProtocolError.None ? "" : $"{error}, ")}{(isAnswered ? "answered" : "not answered")}\n");
            }

            output.Flush();
        }
    }

    private static async Task<IPEndPoint> ResolveAsync(string server, CancellationToken stop)
    {
        if (IPEndPoint.TryParse(server, out IPEndPoint? endPoint))
        {
            return endPoint.Port == 0 ? new IPEndPoint(endPoint.Address, StunServer.DefaultPort) : endPoint;
        }

        int colon = server.LastIndexOf(':');
        int port = StunServer.DefaultPort;
        if (colon >= 0 && (!int.TryParse(server.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port)
            || port is < 1 or > ushort.MaxValue))
        {
            throw ToolException.Usage($"'{server}' is no server: HOST or HOST:PORT.");
        }

        string name = colon >= 0 ? server[..colon] : server;
        try
        {
            return new IPEndPoint((await Dns.GetHostAddressesAsync(name, stop)).OrderBy(a => a.AddressFamily).First(), port);
        }
        catch (Exception exception) when (exception is SocketException or InvalidOperationException or ArgumentException)
        {
            throw new ToolException(ExitStatus.InputOutput, $"'{name}' is no address, and no name that resolves to one.");
        }
    }
}
