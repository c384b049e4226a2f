using System.CommandLine;
using WireProtocols.Cli.Formats;
using WireProtocols.Http1;

namespace WireProtocols.Cli.Decode;

/// <summary>A body in the chunked transfer coding, from the byte after the header section.</summary>
internal sealed class ChunkedFormat : DecodeFormat
{
    private readonly Option<string> _trailers = CreateTrailers();

    private readonly Option<int> _maxLine
        = CommonOptions.Count("--max-line", "The most bytes of a chunk line.", ChunkedOptions.Default.MaxLineLength, 16);

    private readonly Option<int> _maxExtensions =
        CommonOptions.Count("--max-extensions", "The most bytes of all chunk extensions.", ChunkedOptions.Default.MaxExtensionBytes, 0);

    private readonly Option<int> _maxTrailers
        = CommonOptions.Count("--max-trailers", "The most trailer fields.", ChunkedOptions.Default.MaxTrailers, 0);

    private readonly Option<int> _maxTrailerBytes =
        CommonOptions.Count("--max-trailer-bytes", "The most bytes of all trailer fields.", ChunkedOptions.Default.MaxTrailerBytes, 0);

    private readonly Option<bool> _bareLineFeed = new("--allow-bare-lf") { Description = "Take LF alone as the end of a line." };

    private readonly Option<bool> _space = new("--allow-space-after-size") { Description = "Take white space behind a chunk size." };

    public override string Name => "chunked";

    public override string Description => "HTTP/1.1 chunked body, after the head (RFC 9112 §7.1)";

    public override IEnumerable<Option> Options => [_trailers, _maxLine, _maxExtensions, _maxTrailers, _maxTrailerBytes, _bareLineFeed, _space];

    public override FormatSession Start(DecodeRun run) => new ChunkedSession(run, new ChunkedDecoder(new ChunkedOptions
    {
        RejectForbiddenTrailers = run.Get(_trailers) == "reject-forbidden",
        MaxLineLength = run.Get(_maxLine),
        MaxExtensionBytes = run.Get(_maxExtensions),
        MaxTrailers = run.Get(_maxTrailers),
        MaxTrailerBytes = run.Get(_maxTrailerBytes),
        AllowBareLineFeed = run.Get(_bareLineFeed),
        AllowWhitespaceAfterSize = run.Get(_space),
    }));

    private static Option<string> CreateTrailers()
    {
        Option<string> trailers = new("--trailers")
        {
            Description = "Show trailers that must not be sent as trailers with a mark, or refuse them.",
            DefaultValueFactory = _ => "keep",
        };
        trailers.AcceptOnlyFromAmong("keep", "reject-forbidden");
        return trailers;
    }
}
