using WireProtocols.Cli.Formats;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Traffic;

/// <summary>A chunked body: its chunks and trailers, and their data or what it says.</summary>
internal sealed class ChunkedBody : HttpBody
{
    private readonly BodyContent? _content;
    private readonly ChunkedSession _session;

    public ChunkedBody(FormatRun run, BodyContent? content)
    {
        _content = content;
        _session = new ChunkedSession(run, new ChunkedDecoder());
        if (content is not null)
        {
            _session.Content = ShowContent;
            _session.BeforeEnd = content.Complete;
        }
    }

    public override int Feed(ReadOnlySpan<byte> bytes)
    {
        long before = _session.Position;
        if (_session.Feed(bytes))
        {
            return bytes.Length;
        }

        IsComplete = true;
        HasFailed = !_session.IsComplete;
        return HasFailed ? bytes.Length : (int)(_session.Position - before);
    }

    public override void Complete() => _session.Complete();

    protected override void Dispose(bool disposing)
    {
        _session.Dispose();
        _content?.Dispose();
        base.Dispose(disposing);
    }

    private void ShowContent(ReadOnlySpan<byte> bytes)
    {
        if (!_content!.Feed(bytes))
        {
            // What it says is not what it is said to be; the rest is shown as it is.
            _session.Content = null;
            _session.BeforeEnd = null;
        }
    }
}
