using System.CommandLine;
using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.Connect;

/// <summary>`wire connect URL`: a client that shows what crosses the wire.</summary>
internal static class ConnectCommand
{
    public static Command Create(ToolIO io)
    {
        ConnectOptions options = new([.. ConnectProtocols.All.SelectMany(p => p.Schemes)]);
        Command connect = new("connect", "Connect and show what crosses the wire, as it does.");
        options.AddTo(connect);
        connect.SetAction(async (arguments, stop) =>
        {
            OutputBuffer output = new(io.Output);
            using ConnectRun run = new(arguments, options, io, output, stop);
            int status = await ConnectProtocols.Find(run)!.RunAsync(run, run.Enough);
            run.ThrowIfOutputIsClosed();
            output.Flush();
            return status;
        });
        return connect;
    }
}
