using System.Globalization;
using System.Text.Json;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.Traffic;

namespace WireProtocols.Cli.Capture;

/// <summary>Shows the TCP connections of a capture, decoded as `wire tap` decodes them.</summary>
internal sealed class PcapSession : FormatSession
{
    private readonly PacketReader _packets;
    private readonly TrafficView _view;
    private readonly TcpConnections _connections;
    private DateTimeOffset _now;
    private long _count;
    private long _ignored;

    /// <param name="run">Where they are shown.</param>
    /// <param name="ports">The ports that are shown; all where there is none.</param>
    /// <param name="timestamps">Whether rows say when their packet was captured.</param>
    public PcapSession(FormatRun run, IReadOnlySet<int> ports, bool timestamps)
        : base(run)
    {
        _packets = new PacketReader(run.MaxElement);
        _view = new TrafficView(run, new TrafficSettings(), clock: timestamps ? () => _now : null);
        _connections = new TcpConnections(_view, ports);
    }

    public override bool Feed(ReadOnlySpan<byte> bytes)
    {
        _packets.Feed(bytes);
        while (_packets.TryRead(out Packet packet))
        {
            _count++;
            _now = packet.Time;
            if (!TcpSegment.TryRead(packet, out TcpSegment segment) || !_connections.Add(segment))
            {
                _ignored++;
            }
        }

        if (_packets.Error is not { } error)
        {
            return true;
        }

        _connections.End();
        Run.Fail(error, error.GetRule(), _packets.Position, raise: error == CaptureError.PacketTooLarge ? "--max-element" : null);
        return false;
    }

    public override void Complete()
    {
        _connections.End();
        if (!_packets.IsAtBoundary)
        {
            Run.Fail(CaptureError.UnexpectedEnd, CaptureError.UnexpectedEnd.GetRule(), _packets.Length);
            return;
        }

        if (!Run.Json)
        {
            Run.View.Element(
                _packets.Position,
                string.Create(
                    CultureInfo.InvariantCulture, $"end, {_count} packets, {_connections.Count} connections, {_ignored} packets passed over"));
            return;
        }

        Utf8JsonWriter row = Run.Rows.Begin("end"u8);
        row.WriteNumber("packets"u8, _count);
        row.WriteNumber("streams"u8, _connections.Count);
        row.WriteNumber("ignored"u8, _ignored);
        Run.Rows.End();
    }

    protected override void Dispose(bool disposing)
    {
        _view.Dispose();
        base.Dispose(disposing);
    }
}
