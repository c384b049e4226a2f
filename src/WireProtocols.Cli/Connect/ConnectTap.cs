using System.Net.Sockets;
using WireProtocols.Cli.IO;
using WireProtocols.Cli.Traffic;

namespace WireProtocols.Cli.Connect;

/// <summary>
/// Shows the bytes of one connection as they cross the wire. The bytes come from whoever sends and receives; nothing is thrown at them.
/// </summary>
internal sealed class ConnectTap : IByteTap
{
    private readonly ConnectRun _run;
    private readonly int _stream;

    public ConnectTap(ConnectRun run, Socket? socket)
    {
        _run = run;
        string client = Addresses.Of(socket?.LocalEndPoint);
        string server = Addresses.Of(socket?.RemoteEndPoint) is { Length: > 0 } remote ? remote : run.Url.Authority;
        lock (run.Printing)
        {
            _stream = run.Traffic.Begin(client, server, isTold: false);
        }
    }

    public void Received(ReadOnlySpan<byte> bytes)
    {
        lock (_run.Printing)
        {
            Show(TrafficSide.Server, bytes);
        }
    }

    public void Sent(ReadOnlySpan<byte> bytes)
    {
        lock (_run.Printing)
        {
            Show(TrafficSide.Client, bytes);
        }
    }

    public void ReceivedEnd()
    {
        lock (_run.Printing)
        {
            try
            {
                _run.Traffic.Close(_stream, TrafficSide.Server);
                _run.Output.Flush();
            }
            catch (OutputClosedException)
            {
                _run.OutputIsClosed();
            }

            _run.Traffic.Forget(_stream);
        }
    }

    private void Show(TrafficSide side, ReadOnlySpan<byte> bytes)
    {
        try
        {
            _run.Traffic.Add(_stream, side, bytes);
            _run.Output.Flush();
        }
        catch (OutputClosedException)
        {
            _run.OutputIsClosed();
        }
    }
}
