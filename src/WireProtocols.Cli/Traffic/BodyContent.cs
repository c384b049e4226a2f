using System.Text;
using WireProtocols.Cli.Formats;
using WireProtocols.EventStreams;
using WireProtocols.Http1;
using WireProtocols.Multipart;
using WireProtocols.Ndjson;
using WireProtocols.Rpc;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Cli.Traffic;

/// <summary>What a body says, where its media type is a format that the tool knows.</summary>
internal sealed class BodyContent : IDisposable
{
    private readonly FormatRun _run;
    private readonly bool _isCoded;
    private readonly FormatSession _session;

    private BodyContent(FormatRun run, bool isCoded, FormatSession session)
    {
        _run = run;
        _isCoded = isCoded;
        _session = session;
    }

    /// <param name="run">Where it is shown.</param>
    /// <param name="isCoded">Whether the bytes stand behind a coding, so that they are not those of the input.</param>
    /// <param name="fields">The fields of the head.</param>
    /// <param name="question">The request that the body answers; null in a request.</param>
    /// <returns>Null where the media type is another, or the content is compressed.</returns>
    public static BodyContent? Create(FormatRun run, bool isCoded, Http1Fields fields, HttpQuestion? question)
        => FieldOf(fields, "content-encoding"u8) is "" or "identity" && CreateSession(run, fields, question) is { } session
            ? new BodyContent(run, isCoded, session)
            : null;

    /// <returns>False after a violation.</returns>
    public bool Feed(ReadOnlySpan<byte> bytes)
    {
        if (_isCoded)
        {
            _run.Remember(bytes);
        }

        return _session.Feed(bytes);
    }

    public void Complete() => _session.Complete();

    public void Dispose() => _session.Dispose();

    private static FormatSession? CreateSession(FormatRun run, Http1Fields fields, HttpQuestion? question)
    {
        string mediaType = FieldOf(fields, "content-type"u8);
        switch (mediaType.Split(';')[0].Trim().ToLowerInvariant())
        {
            case "text/event-stream":
                return new EventStreamSession(
                    run, new EventStreamDecoder(CommonOptions.EventStreamLimits(run.MaxElement), question?.LastEventId ?? ""));
            case "application/x-ndjson" or "application/ndjson" or "application/jsonl" or "application/x-jsonlines" or "application/json-lines":
                return new NdjsonSession(run, new NdjsonDecoder(CreateNdjsonOptions(run, NdjsonFormat.Lines)));
            case "application/json-seq":
                return new NdjsonSession(run, new NdjsonDecoder(CreateNdjsonOptions(run, NdjsonFormat.TextSequence)));
            case "application/vnd.amazon.eventstream":
                return new AwsEventStreamSession(
                    run, new EventMessageOptions { MaxPayloadLength = run.MaxElement, MaxHeadersLength = run.MaxElement });
            case var type when type.StartsWith("multipart/", StringComparison.Ordinal):
                return CreateMultipart(run, mediaType);
            default:
                return RpcContentType.TryParse(mediaType, out RpcContentType rpc) && !rpc.IsUnary
                    ? CreateRpc(run, rpc, fields, isResponse: question is not null)
                    : null;
        }
    }

    private static NdjsonOptions CreateNdjsonOptions(FormatRun run, NdjsonFormat format) => new()
    {
        Format = format,
        MaxRecordLength = run.MaxElement,
        ContinueOnError = true,
        IgnoreEmptyLines = format == NdjsonFormat.Lines,
        AllowUnterminatedLastRecord = format == NdjsonFormat.Lines,
    };

    private static MultipartSession? CreateMultipart(FormatRun run, string mediaType)
    {
        string? boundary = mediaType.Split(';').Select(p => p.Trim())
            .FirstOrDefault(p => p.StartsWith("boundary=", StringComparison.OrdinalIgnoreCase))?["boundary=".Length..].Trim('"');
        try
        {
            return boundary is null ? null : new MultipartSession(run, new MultipartBoundary(boundary), new MultipartOptions
            {
                MaxParts = int.MaxValue,
                MaxFields = int.MaxValue,
                MaxDiscardedLength = int.MaxValue,
                MaxHeadLength = run.MaxElement,
                MaxPartLength = run.MaxElement,
                AllowMissingEnd = true,
            });
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static FormatSession CreateRpc(FormatRun run, RpcContentType type, Http1Fields fields, bool isResponse)
    {
        string encoding = FieldOf(fields, type.Protocol == RpcProtocol.Connect ? "connect-content-encoding"u8 : "grpc-encoding"u8);
        RpcSession session = new(run, new RpcEnvelopeOptions
        {
            Protocol = type.Protocol,
            IsResponse = isResponse,
            Encoding = RpcEncoding.Choose(encoding, RpcEncoding.All),
            RequiresEnd = !fields.Contains("grpc-status"u8),
            MaxMessageLength = run.MaxElement,
            MaxEndLength = run.MaxElement,
            AllowLenientTrailers = true,
        });
        return type.IsText ? new GrpcWebTextSession(run, session) : session;
    }

    private static string FieldOf(Http1Fields fields, ReadOnlySpan<byte> name)
        => fields.TryGetValue(name, out ReadOnlySpan<byte> value) ? Encoding.Latin1.GetString(value) : "";
}
