using System.Buffers;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.Fuzz.Http1;

/// <summary>The decoders of heads under their options, one head behind the other, and used again.</summary>
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
            ? new Subject<Http1ResponseHead>(new Http1ResponseDecoder(limits) { AnswersConnect = Bit(options[0], 4) }, Describe)
            : new Subject<Http1RequestHead>(new Http1RequestDecoder(limits), Describe);
    }

    private static void Describe(scoped Http1RequestHead head, Transcript rows)
    {
        rows.Row($"request {Text(head.Method)} {Text(head.Target)} 1.{head.MinorVersion} {head.ContentLength} {head.IsChunked}");
        Describe(head.Fields, rows);
    }

    private static void Describe(scoped Http1ResponseHead head, Transcript rows)
    {
        rows.Row($"response {head.StatusCode} 1.{head.MinorVersion} {head.ContentLength} {head.IsChunked}");
        Describe(head.Fields, rows);
    }

    private static void Describe(scoped Http1Fields fields, Transcript rows)
    {
        foreach (Http1Field field in fields)
        {
            rows.Row($"{Text(field.Name)}: {Text(field.Value)}");
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    private delegate void Describer<THead>(scoped THead head, Transcript rows)
        where THead : struct, allows ref struct;

    private sealed class Subject<THead>(Http1HeadDecoder<THead> decoder, Describer<THead> describe) : IDecoderUnderOptions
        where THead : struct, allows ref struct
    {
        public OperationStatus Decode(ReadOnlySpan<byte> source, out int consumed, Transcript rows)
        {
            OperationStatus status = decoder.Decode(source, out consumed, out THead head);
            if (status == OperationStatus.Done)
            {
                describe(head, rows);
            }

            return status;
        }

        public void Complete(Transcript rows)
            => rows.Row(decoder.Complete() == OperationStatus.Done ? $"end {decoder.Position}" : $"error {decoder.Error} {decoder.ErrorOffset}");

        public void Reset() => decoder.Reset();

        public void Dispose() => decoder.Dispose();
    }
}
