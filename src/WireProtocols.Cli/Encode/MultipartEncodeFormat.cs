using System.CommandLine;
using WireProtocols.Multipart;

namespace WireProtocols.Cli.Encode;

/// <summary>A multipart body. It ends with the row of the kind <c>end</c>, and without it is cut short.</summary>
internal sealed class MultipartEncodeFormat : EncodeFormat
{
    private readonly Option<string?> _boundary = BoundaryOption.Create();

    public override string Name => "multipart";

    public override string Description => "A multipart body (RFC 2046 §5.1); rows of the kind part or end";

    public override IEnumerable<Option> Options => [_boundary];

    public override EncodeSession Start(EncodeRun run) => new Session(run, BoundaryOption.Parse(run.Get(_boundary)));

    private sealed class Session(EncodeRun run, MultipartBoundary boundary) : EncodeSession(run)
    {
        private readonly MultipartWriter _writer = new(run.Output, boundary);

        public override void Encode(EncodeRow row)
        {
            row.Expect("part", "end");
            if (row.Kind == "end")
            {
                _writer.Complete();
                return;
            }

            OwnedMultipartField[] fields = row.Has("fields")
                ? [.. row.GetObjects("fields").Select(f => new OwnedMultipartField(f.GetString("name"), f.GetString("value")))]
                : [];
            _writer.WritePart(fields, row.GetBytes("payload", []));
        }
    }
}
