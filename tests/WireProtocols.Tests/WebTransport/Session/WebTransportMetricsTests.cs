using System.Diagnostics.Metrics;
using WireProtocols.Fuzz.WebTransport;
using WireProtocols.Tests.Harness;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.WebTransport;

/// <summary>What the instruments of WebTransport tell. A connection tells on the thread that uses it, so that others do not count here.</summary>
[Collection(Alone.Name)]
public sealed class WebTransportMetricsTests : IDisposable
{
    private readonly SortedDictionary<string, long> _sums = new(StringComparer.Ordinal);
    private readonly List<double> _lifetimes = [];
    private readonly ManualTimeProvider _time = new();
    private readonly MeterListener _listener;

    public WebTransportMetricsTests() => _listener = Listen();

    [Fact]
    public void Sessions_streams_datagrams_and_bytes_are_counted()
    {
        using Loopback both = Create();
        WebTransportSession session = both.Client.Connect("example.com", "/");
        both.Run();
        Assert.Equal(
            [
                "webtransport.active_sessions client 1", "webtransport.active_sessions server 1",
                "webtransport.handshakes client accepted 1", "webtransport.handshakes server accepted 1",
            ],
            Rows());
        _sums.Clear();

        Assert.True(session.SendDatagram("four"u8));
        Assert.True(session.TryOpenStream(WebTransportStreamDirection.Bidirectional, out long stream));
        Assert.Equal(6, session.Send(stream, "stream"u8, endStream: true));
        Assert.True(session.TryOpenStream(WebTransportStreamDirection.Unidirectional, out _));
        both.Run();
        Assert.Equal(
            [
                "webtransport.datagrams receive 1", "webtransport.datagrams transmit 1", "webtransport.io receive 10", "webtransport.io transmit 10",
                "webtransport.streams bidirectional local 1", "webtransport.streams bidirectional remote 1",
                "webtransport.streams unidirectional local 1",
            ],
            Rows().Where(r => !r.Contains("unidirectional remote", StringComparison.Ordinal)));
        _sums.Clear();

        _time.Advance(TimeSpan.FromSeconds(5));
        session.Close(4660, "bye");
        both.Run();
        Assert.Equal(
            [
                "webtransport.active_sessions client -1", "webtransport.active_sessions server -1",
                "webtransport.closes client 4660 1", "webtransport.closes server 4660 1",
            ],
            Rows());
        Assert.Equal([5, 5], _lifetimes);
    }

    [Fact]
    public void A_session_that_is_refused_was_none()
    {
        using Loopback both = Create();
        both.OnServer = item => (item.Kind == WebTransportEventKind.SessionRequested ? item.Session : null)?.Reject(403);
        both.Client.Connect("example.com", "/");
        both.Run();
        using SessionScript server = new SessionScript().Run($"@ready 0={SessionScript.Request(protocol: "connect-udp")}");
        server.Run($"4={SessionScript.Request()} 8={SessionScript.Request()}");
        Assert.Equal(
            [
                "webtransport.handshakes client 403 1", "webtransport.handshakes server 403 1", "webtransport.handshakes server 501 1",
                "webtransport.handshakes server TooManySessions 1",
            ],
            Rows().Where(r => r.Contains("handshakes", StringComparison.Ordinal)));
        server.Connection.Dispose();
        Assert.Contains("webtransport.handshakes server connection 1", Rows());
        Assert.DoesNotContain(Rows(), r => r.StartsWith("webtransport.active_sessions", StringComparison.Ordinal));
        Assert.Empty(_lifetimes);
    }

    [Fact]
    public void Datagrams_that_are_dropped_and_bytes_that_wait_are_counted_with_the_reason()
    {
        using Loopback both = Create();
        WebTransportSession? asked = null;
        both.OnServer = item => asked ??= item.Session;
        WebTransportSession session = both.Client.Connect("example.com", "/");
        foreach (int length in (int[])[1, 2, 3])
        {
            Assert.True(session.SendDatagram(new byte[length]));
        }

        Assert.False(session.SendDatagram(new byte[100_000]));
        both.Run();
        Assert.Equal(
            ["webtransport.datagrams.dropped receive no_room 1", "webtransport.datagrams.dropped transmit too_large 1", "webtransport.queued 5"],
            Rows().Where(r => r.Contains("dropped", StringComparison.Ordinal) || r.Contains("queued", StringComparison.Ordinal)));
        asked!.Reject(429);
        both.Run();
        Assert.Equal((2, 0), (_sums["webtransport.datagrams.dropped receive no_session"], _sums["webtransport.queued"]));
    }

    [Theory]
    [InlineData("@ready d=40", "DatagramTruncated connection")]
    [InlineData("@ready @connect {990b4d3e00}", "CapsuleFieldTruncated session")]
    public void Rules_that_a_peer_breaks_are_counted(string script, string violation)
    {
        using SessionScript server = new SessionScript(new() { Settings = new() }).Run(script);
        Assert.Contains($"webtransport.violations {violation} 1", Rows());
        if (violation.EndsWith("session", StringComparison.Ordinal))
        {
            Assert.Contains("webtransport.closes server CapsuleFieldTruncated 1", Rows());
        }
    }

    [Fact]
    public void A_listener_that_throws_is_not_heard()
    {
        _listener.SetMeasurementEventCallback<long>((_, _, _, _) => throw new InvalidOperationException("listener"));
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => throw new InvalidOperationException("listener"));
        using Loopback both = Create();
        WebTransportSession session = both.Client.Connect("example.com", "/");
        both.Run();
        Assert.True(session.SendDatagram("four"u8));
        session.Close();
        both.Run();
        Assert.Equal(("closed 0 0 ''", true), (both.ServerEvents.Rows[^1], session.IsClosed));
    }

    [Fact]
    public void What_a_connection_leaves_behind_is_nothing()
    {
        using (Loopback both = Create())
        {
            both.Client.Connect("example.com", "/");
            both.Run();
        }

        Assert.Equal((0, 0), (_sums["webtransport.active_sessions client"], _sums["webtransport.active_sessions server"]));
        Assert.Equal(1, _sums["webtransport.closes server connection"]);
    }

    public void Dispose() => _listener.Dispose();

    private Loopback Create()
    {
        WebTransportConnectionOptions options = new() { TimeProvider = _time, MaxBufferedDatagrams = 2 };
        return new Loopback(options, options).Run();
    }

    private IEnumerable<string> Rows() => _sums.Select(s => $"{s.Key} {s.Value}");

    private MeterListener Listen()
    {
        MeterListener listener = new();
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter.Name == "WireProtocols.WebTransport")
            {
                l.EnableMeasurementEvents(instrument);
            }
        };
        int thread = Environment.CurrentManagedThreadId;
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            string name = instrument.Name;
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                name += $" {tag.Value}";
            }

            if (Environment.CurrentManagedThreadId == thread)
            {
                _sums[name] = _sums.GetValueOrDefault(name) + value;
            }
        });
        listener.SetMeasurementEventCallback<double>((_, value, _, _) => _lifetimes.Add(value));
        listener.Start();
        return listener;
    }
}
