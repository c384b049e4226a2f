using System.Buffers;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Fuzz.Http1;

/// <summary>
/// The decoders of heads under their options, one head behind the other, and used again. What is handed out keeps every limit: that the whole and the
/// pieces say the same does not show a limit that is one too large.
/// </summary>
public sealed class Http1HeadOptionsTarget : OptionsTarget
{
    public override string Name => "http1-head-options";

    public override FuzzFormat Format { get; } = new HeadFormat(SetupBytes);

    public override string CodeNamespace => "WireProtocols.Http1";

    private protected override IDecoderUnderOptions Create(ReadOnlySpan<byte> options)
    {
        Http1Options limits = new()
        {
            AllowUnescapedTarget = Bit(options[0], 1),
            AllowMissingReasonSpace = Bit(options[0], 2),
            AllowOtherTransferCodings = Bit(options[0], 3),
            MaxLeadingEmptyLines = (options[0] >> 5) & 3,
            MaxMethodLength = Limit(options[1], 1, 64),
            MaxStartLineLength = Limit(options[2], 16, 8192),
            MaxFieldLineLength = Limit(options[3], 1, 8192),
            MaxFieldCount = Limit(options[4], 0, 100) % 128,
            MaxHeadLength = Limit(options[5], 20, 32 * 1024),
        };
        return Bit(options[0], 0)
            ? new Subject<Http1ResponseHead>(new Http1ResponseDecoder(limits) { AnswersConnect = Bit(options[0], 4) }, limits, Describe)
            : new Subject<Http1RequestHead>(new Http1RequestDecoder(limits), limits, Describe);
    }

    private static void Describe(scoped Http1RequestHead head, Http1Options limits, Transcript rows)
    {
        Require(head.Method.Length <= limits.MaxMethodLength);
        Require(head.Method.Length + head.Target.Length + "  HTTP/1.1".Length <= limits.MaxStartLineLength);
        rows.Row($"request {Text(head.Method)} {Text(head.Target)} 1.{head.MinorVersion} {head.ContentLength} {head.IsChunked}");
        Describe(head.Fields, limits, rows);
    }

    private static void Describe(scoped Http1ResponseHead head, Http1Options limits, Transcript rows)
    {
        Require("HTTP/1.1 200 ".Length - (limits.AllowMissingReasonSpace ? 1 : 0) + head.Reason.Length <= limits.MaxStartLineLength);
        rows.Row($"response {head.StatusCode} 1.{head.MinorVersion} {head.ContentLength} {head.IsChunked}");
        Describe(head.Fields, limits, rows);
    }

    private static void Describe(scoped Http1Fields fields, Http1Options limits, Transcript rows)
    {
        Require(fields.Count <= limits.MaxFieldCount);
        foreach (Http1Field field in fields)
        {
            // A line is this long at least, and no longer where no white space surrounds the value.
            Require(field.Name.Length + ":".Length + field.Value.Length <= limits.MaxFieldLineLength);
            rows.Row($"{Text(field.Name)}: {Text(field.Value)}");
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private delegate void Describer<THead>(scoped THead head, Http1Options limits, Transcript rows)
        where THead : struct, allows ref struct;

    private sealed class Subject<THead>(Http1HeadDecoder<THead> decoder, Http1Options limits, Describer<THead> describe) : IDecoderUnderOptions
        where THead : struct, allows ref struct
    {
        public OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, Transcript rows)
        {
            OperationStatus status = decoder.Decode(source, out consumed, out THead head);
            if (status == OperationStatus.Done)
            {
                describe(head, limits, rows);
            }

            return status;
        }

        public void Complete(Transcript rows)
            => rows.Row(decoder.Complete() == OperationStatus.Done ? $"end {decoder.Position}" : $"error {decoder.Error} {decoder.ErrorOffset}");

        public void Reset() => decoder.Reset();

        public void Dispose() => decoder.Dispose();
    }
}
