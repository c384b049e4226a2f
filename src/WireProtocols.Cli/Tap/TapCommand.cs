using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.Traffic;

namespace WireProtocols.Cli.Tap;

/// <summary>`wire tap`: a relay between clients and a server that shows both directions, decoded.</summary>
internal static class TapCommand
{
    public static Command Create(ToolIO io)
    {
        TapOptions options = new();
        Command tap = new("tap", "Relay connections to a server and show both directions, decoded: heads, bodies, events, frames, messages.");
        options.AddTo(tap);
        tap.SetAction((arguments, stop) => RunAsync(arguments, options, io, stop));
        return tap;
    }

    private static async Task<int> RunAsync(ParseResult arguments, TapOptions options, ToolIO io, CancellationToken stop)
    {
        OutputBuffer output = new(io.Output);
        using FormatRun run = new(output, options.View.Read(arguments, io));
        using TrafficRecorder? recorder = TrafficRecorder.Open(arguments.GetValue(options.Record), io.Time);
        Func<DateTimeOffset>? clock = arguments.GetValue(options.View.Timestamps) ? io.Time.GetLocalNow : null;
        using TrafficView view = new(run, new TrafficSettings { IsLive = true }, recorder, clock);
        TapRelay relay = new(view, output, io, TapRoute.Read(arguments, options));
        using Socket listener = Listen(arguments, options);
        io.Error.WriteLine($"wire: listening on {listener.LocalEndPoint}, relaying to {Describe(arguments.GetValue(options.To)!)}");
        io.Error.Flush();
        await relay.RunAsync(listener, arguments.GetValue(options.Connections), stop);
        return ExitStatus.Ok;
    }

    private static string Describe(DnsEndPoint end) => $"{end.Host}:{end.Port}";

    private static Socket Listen(ParseResult arguments, TapOptions options)
    {
        if (!IPAddress.TryParse(arguments.GetValue(options.Host), out IPAddress? address))
        {
            throw ToolException.Usage($"--host '{arguments.GetValue(options.Host)}' is no IP address.");
        }

        Socket listener = new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            listener.Bind(new IPEndPoint(address, arguments.GetValue(options.Listen)));
            listener.Listen();
            return listener;
        }
        catch (Exception exception) when (exception is SocketException or ArgumentOutOfRangeException)
        {
            listener.Dispose();
            throw new ToolException(
                ExitStatus.InputOutput, $"cannot listen on port {arguments.GetValue(options.Listen)}: {ToolException.Plain(exception)}");
        }
    }
}
