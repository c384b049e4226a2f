using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using WireProtocols.Http1;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Http1;

/// <summary>Heads as rows: the start-line, each field, and what the framing fields say.</summary>
public sealed class Http1Subject(bool isRequest, Http1Options options) : IDecoderSubject
{
    public static Http1Subject From(IReadOnlyDictionary<string, string> options)
    {
        string allow = options.GetValueOrDefault("allow", "");
        int Limit(string name, int otherwise)
            => options.TryGetValue(name, out string? value) ? int.Parse(value, CultureInfo.InvariantCulture) : otherwise;
        return new Http1Subject(options.GetValueOrDefault("role") != "response", new Http1Options
        {
            AllowUnescapedTarget = allow == "unescaped-target",
            AllowMissingReasonSpace = allow == "missing-reason-space",
            AllowOtherTransferCodings = allow == "other-codings",
            MaxStartLineLength = Limit("max-line", 8192),
            MaxFieldLineLength = Limit("max-field", 8192),
            MaxFieldCount = Limit("max-fields", 100),
            MaxHeadLength = Limit("max-head", 32768),
            MaxLeadingEmptyLines = Limit("max-empty", 1),
        });
    }

    public IReadOnlyList<string> Decode(IEnumerable<ReadOnlyMemory<byte>> pieces) => isRequest ? DecodeRequests(pieces) : DecodeResponses(pieces);

    public async Task<IReadOnlyList<string>> ReadAsync(PipeReader pipe) => isRequest ? await ReadRequestsAsync(pipe) : await ReadResponsesAsync(pipe);

    private IReadOnlyList<string> DecodeRequests(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using Http1RequestDecoder decoder = new(options);
        return Reused.Twice(() => DecodeRequests(decoder, pieces), decoder.Reset);
    }

    private static List<string> DecodeRequests(Http1RequestDecoder decoder, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        Transcript transcript = new();
        OperationStatus status = Feed.All<Http1RequestHead>(pieces, decoder.Decode, head => Describe(head, transcript));
        if (status == OperationStatus.InvalidData || decoder.Complete() == OperationStatus.InvalidData)
        {
            transcript.Error(decoder.Error, decoder.ErrorOffset);
        }

        return [.. transcript.Rows];
    }

    private IReadOnlyList<string> DecodeResponses(IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        using Http1ResponseDecoder decoder = new(options);
        return Reused.Twice(() => DecodeResponses(decoder, pieces), decoder.Reset);
    }

    private static List<string> DecodeResponses(Http1ResponseDecoder decoder, IEnumerable<ReadOnlyMemory<byte>> pieces)
    {
        Transcript transcript = new();
        OperationStatus status = Feed.All<Http1ResponseHead>(pieces, decoder.Decode, head => Describe(head, transcript));
        if (status == OperationStatus.InvalidData || decoder.Complete() == OperationStatus.InvalidData)
        {
            transcript.Error(decoder.Error, decoder.ErrorOffset);
        }

        return [.. transcript.Rows];
    }

    private async Task<IReadOnlyList<string>> ReadRequestsAsync(PipeReader pipe)
    {
        Transcript transcript = new();
        using Http1RequestReader reader = new(pipe, options);
        try
        {
            while (await reader.WaitToReadAsync())
            {
                while (reader.TryRead(out Http1RequestHead head))
                {
                    Describe(head, transcript);
                }
            }
        }
        catch (Http1ProtocolException e)
        {
            transcript.Error(e.Error, e.Offset);
        }

        return transcript.Rows;
    }

    private async Task<IReadOnlyList<string>> ReadResponsesAsync(PipeReader pipe)
    {
        Transcript transcript = new();
        using Http1ResponseReader reader = new(pipe, options);
        try
        {
            while (await reader.WaitToReadAsync())
            {
                while (reader.TryRead(out Http1ResponseHead head))
                {
                    Describe(head, transcript);
                }
            }
        }
        catch (Http1ProtocolException e)
        {
            transcript.Error(e.Error, e.Offset);
        }

        return transcript.Rows;
    }

    public static void Describe(Http1RequestHead head, Transcript transcript)
    {
        string form = head.TargetForm.ToString().ToLowerInvariant();
        transcript.Row($"request {Text(head.Method)} {Text(head.Target)} 1.{head.MinorVersion} {form}");
        Describe(head.Fields, transcript);
        string body = head.IsChunked ? " chunked" : head.ContentLength is long length ? $" length={length}" : "";
        transcript.Row($"end {(head.IsKeepAlive ? "keep-alive" : "close")}{body}");
    }

    public static void Describe(Http1ResponseHead head, Transcript transcript)
    {
        transcript.Row($"response {head.StatusCode:D3} 1.{head.MinorVersion} {Text(head.Reason)}");
        Describe(head.Fields, transcript);
        string body = head.IsChunked
            ? " chunked"
            : head.HasTransferEncoding ? " until-close" : head.ContentLength is long length ? $" length={length}" : "";
        transcript.Row($"end {(head.IsKeepAlive ? "keep-alive" : "close")}{body}");
    }

    private static void Describe(Http1Fields fields, Transcript transcript)
    {
        foreach (Http1Field field in fields)
        {
            transcript.Row($"field {Text(field.Name)}={Text(field.Value)}");
        }
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
