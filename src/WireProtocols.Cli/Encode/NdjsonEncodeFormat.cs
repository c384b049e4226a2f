using WireProtocols.Ndjson;

namespace WireProtocols.Cli.Encode;

/// <summary>Records of JSON. That each stays one record is checked, and not whether it is JSON: the tool also makes bad input.</summary>
internal abstract class NdjsonEncodeFormat(NdjsonFormat format) : EncodeFormat
{
    public override EncodeSession Start(EncodeRun run) => new Session(run, format);

    private sealed class Session(EncodeRun run, NdjsonFormat format) : EncodeSession(run)
    {
        private readonly NdjsonWriterOptions _options = new() { Format = format, ValidateRaw = false };

        public override void Encode(EncodeRow row)
        {
            row.Expect("record", "end");
            if (row.Kind == "record")
            {
                using NdjsonWriter writer = new(Run.Output, _options);
                writer.WriteRaw(row.GetBytes("payload"));
            }
        }
    }
}

/// <summary>A record a line.</summary>
internal sealed class NdjsonLinesEncodeFormat() : NdjsonEncodeFormat(NdjsonFormat.Lines)
{
    public override string Name => "ndjson";

    public override string Description => "Newline-delimited JSON (ndjson-spec 1.0); rows of the kind record";
}

/// <summary>A JSON text sequence.</summary>
internal sealed class JsonSeqEncodeFormat() : NdjsonEncodeFormat(NdjsonFormat.TextSequence)
{
    public override string Name => "json-seq";

    public override string Description => "JSON text sequence (RFC 7464); rows of the kind record";
}
