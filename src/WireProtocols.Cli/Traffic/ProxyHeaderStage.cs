using WireProtocols.Cli.Formats;

namespace WireProtocols.Cli.Traffic;

/// <summary>A PROXY protocol header before what the client sends.</summary>
internal sealed class ProxyHeaderStage(FormatRun run, HttpAgenda agenda) : TrafficStage
{
    private readonly ProxyProtocolSession _session = new(run);
    private long _position;

    public override int Feed(ReadOnlySpan<byte> bytes)
    {
        if (_session.Feed(bytes))
        {
            _position += bytes.Length;
            return bytes.Length;
        }

        if (_session.HeaderLength == 0)
        {
            Next = new OpaqueStage(run.Within(_position));
            return 0;
        }

        Next = agenda.Open(run.Within(_session.HeaderLength), TrafficSide.Client, agenda);
        return (int)(_session.HeaderLength - _position);
    }

    public override void Complete() => _session.Complete();

    protected override void Dispose(bool disposing)
    {
        _session.Dispose();
        base.Dispose(disposing);
    }
}
