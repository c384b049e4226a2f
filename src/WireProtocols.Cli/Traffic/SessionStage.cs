using WireProtocols.Cli.Formats;

namespace WireProtocols.Cli.Traffic;

/// <summary>A format that fills the rest of the direction. After a violation the bytes are shown as they are.</summary>
internal sealed class SessionStage(FormatRun run, FormatSession session) : TrafficStage
{
    private long _position;

    public override int Feed(ReadOnlySpan<byte> bytes)
    {
        if (!session.Feed(bytes))
        {
            Next = new OpaqueStage(run.Within(_position + bytes.Length));
        }

        _position += bytes.Length;
        return bytes.Length;
    }

    public override void Complete() => session.Complete();

    protected override void Dispose(bool disposing)
    {
        session.Dispose();
        base.Dispose(disposing);
    }
}
