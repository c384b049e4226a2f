using WireProtocols.MsQuic;
using WireProtocols.WebTransport;

namespace WireProtocols.Benchmarks.Load.Quic;

/// <summary>One session of WebTransport.</summary>
public sealed class WebTransportLink : QuicLink
{
    private readonly TaskCompletionSource<WebTransportSession> _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebTransportConnection _connection;
    private readonly WebTransportPump _pump;
    private readonly string _authority;
    private WebTransportSession? _session;

    public WebTransportLink(MsQuicCarrier carrier, QuicLoad load, string authority)
        : base(carrier, load)
    {
        // The platform's carrier has neither datagrams nor a reliable reset.
        WebTransportConnectionOptions options = new() { RequireReliableReset = false, RequireDatagrams = false };
        _authority = authority;
        _connection = new WebTransportConnection(WebTransportRole.Client, carrier, options);
        _pump = new WebTransportPump(_connection, carrier, Handle);
    }

    public override bool TryOpen(out long streamId) => _session!.TryOpenStream(WebTransportStreamDirection.Bidirectional, out streamId);

    public override int Send(long streamId, ReadOnlySpan<byte> data, bool endStream) => _session!.Send(streamId, data, endStream);

    public override void SendDatagram(ReadOnlySpan<byte> datagram) => _session!.SendDatagram(datagram);

    protected override async Task OpenAsync()
    {
        _ = RunPumpAsync();
        _session = await _open.Task;
    }

    protected override ValueTask InvokeAsync(Action action) => _pump.InvokeAsync(_ => action());

    private async Task RunPumpAsync()
    {
        try
        {
            await _pump.RunAsync();
        }
        finally
        {
            _connection.Dispose();
            _open.TrySetException(Failure("has closed the connection"));
        }
    }

    private void Handle(WebTransportEvent item)
    {
        switch (item.Kind)
        {
            case WebTransportEventKind.Ready when item.Error != WebTransportProtocolError.None:
                _open.TrySetException(Failure($"has no WebTransport: {item.Error}"));
                break;
            case WebTransportEventKind.Ready:
                _connection.Connect(_authority, "/echo");
                break;
            case WebTransportEventKind.SessionOpened:
                _open.TrySetResult(item.Session!);
                break;
            case WebTransportEventKind.StreamData:
                Load.OnData(this, item.StreamId, item.Data.Length, ends: false);
                break;
            case WebTransportEventKind.StreamFinished:
                Load.OnData(this, item.StreamId, 0, ends: true);
                break;
            case WebTransportEventKind.Datagram:
                Load.OnDatagram(this, item.Data.Span);
                break;
            case WebTransportEventKind.LimitsRaised when _session is not null:
                Load.Fill(this);
                break;
            default:
                break;
        }
    }
}
