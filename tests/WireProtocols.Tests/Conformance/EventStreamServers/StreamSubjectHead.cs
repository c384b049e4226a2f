using System.Globalization;
using static WireProtocols.Tests.Conformance.EventStreamServers.StreamDefect;

namespace WireProtocols.Tests.Conformance.EventStreamServers;

/// <summary>The head of the subject's stream.</summary>
internal sealed class StreamSubjectHead
{
    public StreamSubjectHead(StreamDefect defect, StreamSubjectRequest request)
    {
        string accepted = string.Join(',', request.All("Accept-Encoding"));
        bool takesGzip = accepted.Split(',').Select(c => c.Trim()).Any(c => c == "gzip" || (c.StartsWith("gzip;", StringComparison.Ordinal)
            && (defect == GzipThoughExcluded || !c.EndsWith("q=0", StringComparison.Ordinal))))
            || (defect == GzipBySubstring && accepted.Contains("gzip", StringComparison.Ordinal));
        IsPacked = (takesGzip && defect != GzipNotDone) || defect is GzipUnsaid
            || (defect == GzipUnasked && accepted.Length > 0);
        IsChunked = (!request.IsOld || defect == ChunksToOld) && defect is not (LengthTooLarge or LengthInCharacters or LengthOfText or ChunksUnsaid);
        bool saysGzip = (IsPacked && defect != GzipUnsaid) || (defect == GzipNotDone && takesGzip);
        bool closes = !IsChunked || request.AsksForClose || defect is CloseNotKept or NoLastChunk;
        List<string> lines =
        [
            defect switch
            {
                Status201 => "HTTP/1.1 201 Created", StatusWithoutReasonSpace => "HTTP/1.1 200", OldWithChunks => "HTTP/1.0 200 OK",
                _ => "HTTP/1.1 200 OK",
            },
            $"Date: {(defect == BadDate ? "yesterday" : DateTimeOffset.UtcNow.ToString("r", CultureInfo.InvariantCulture))}",
            defect == KeptByCaches ? "Cache-Control: public, max-age=3600" : "Cache-Control: no-store",
            defect == BufferedByProxies ? "X-Accel-Buffering: yes" : "X-Accel-Buffering: no",
        ];
        lines.AddRange(defect switch
        {
            NoType => [],
            WrongType => ["Content-Type: text/plain"],
            TypeOfLonger => ["Content-Type: text/event-streams"],
            OtherCharset => ["Content-Type: text/event-stream; charset=iso-8859-1"],
            TypeTwice => ["Content-Type: text/event-stream", "Content-Type: text/event-stream"],
            _ => (string[])["Content-Type: text/event-stream"],
        });
        lines.AddRange(IsChunked
            ? [defect switch { IdentityCoding => "Transfer-Encoding: identity, chunked", ChunkedTwice => "Transfer-Encoding: chunked, chunked",
                _ => "Transfer-Encoding: chunked" }]
            : (string[])[]);
        lines.AddRange(Extra(defect, request));
        lines.AddRange(saysGzip ? ["Content-Encoding: gzip"] : (string[])[]);
        lines.AddRange(closes ? ["Connection: close"] : (string[])[]);
        Text = string.Join(defect == BareLineEnds ? "\n" : "\r\n", [.. lines, "", ""]);
    }

    public string Text { get; }

    public bool IsChunked { get; }

    public bool IsPacked { get; }

    private static string[] Extra(StreamDefect defect, StreamSubjectRequest request) => defect switch
    {
        SpaceBeforeColon => ["X-Space : 1"],
        FoldedField => ["X-Folded: 1", "  2"],
        ControlInField => ["X-Control: a\u0001b"],
        LengthAndChunks => ["Content-Length: 100"],
        LengthTooLarge => ["Content-Length: 100000"],
        LengthInCharacters => ["Content-Length: 100"],
        LengthOfText => ["Content-Length: many"],
        ListOfOrigins => ["Access-Control-Allow-Origin: http://a.example, http://b.example"],
        AnyOriginWithCredentials when request.All("Origin") is [var origin]
            => [$"Access-Control-Allow-Origin: {origin}", "Access-Control-Allow-Credentials: true"],
        TwoDates => ["Date: Mon, 30 Nov 2026 00:00:00 GMT"],
        HeadFromQuery => [$"X-Name: {request.Ask("name")}"],
        _ => [],
    };
}
