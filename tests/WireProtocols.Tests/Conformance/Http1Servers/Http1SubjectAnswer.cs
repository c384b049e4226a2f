using System.Globalization;
using System.Text;
using static WireProtocols.Tests.Conformance.Http1Defect;

namespace WireProtocols.Tests.Conformance;

/// <summary>The answers of the subject, as bytes.</summary>
internal static class Http1SubjectAnswer
{
    public static byte[] Build(Http1Defect defect, int status, string[] fields, byte[] body, string method, bool isOld, bool isChunked, bool closes,
        bool keepsOld)
    {
        bool Has(Http1Defect other) => defect == other;
        bool isHead = method == "HEAD";
        bool isBare = status is 204 or 304;
        StringBuilder head = new();
        string version = Has(VersionLowerCase) ? "http/1.1" : Has(AnswersOldVersion) ? "HTTP/1.0" : "HTTP/1.1";
        string code = Has(StatusOfTwoDigits) ? "20" : status.ToString(CultureInfo.InvariantCulture);
        head.Append(CultureInfo.InvariantCulture, $"{version} {code}{(Has(NoReason) ? "" : " " + Reason(status))}\r\n");
        bool hasDate = !Has(NoDate) && !(Has(NoDateInErrors) && status >= 400);
        head.Append(hasDate ? $"Date: {Date(defect)}\r\n" : "");
        string[] shown = Has(HeadLacksFields) && isHead || (Has(NotModifiedLosesETag) && status == 304) ? [] : fields;
        foreach (string field in shown)
        {
            head.Append(Has(NamesWithSpace) ? field.Replace(":", " :", StringComparison.Ordinal) : field).Append("\r\n");
        }

        head.Append(Has(FoldedAnswer) ? "X-Folded: a\r\n b\r\n" : Has(EmptyHeaderName) ? ": a\r\n" : Has(NulInAnswer) ? "X-Test: a\0\r\n" : "");
        bool isUntilEnd = Has(EndsWithConnection) && !isBare;
        bool hasChunks = isChunked && (!isOld || Has(OldGetsChunks)) && !isBare;
        head.Append((closes || isUntilEnd) && !Has(CloseNotSaid) && !Has(ClosesUnsaid) ? "Connection: close\r\n" : keepsOld
            ? "Connection: keep-alive\r\n" : "");
        int length = Has(HeadOfLengthZero) && isHead ? 0 : Has(LengthTooSmall) && body.Length > 0 ? body.Length - 1
            : Has(LengthTooLarge) && body.Length > 0 ? body.Length + 1 : body.Length;
        string line = $"Content-Length: {length}{(Has(LengthWithUnit) ? " bytes" : "")}\r\n";
        head.Append(hasChunks || Has(BothInAnswers) ? "Transfer-Encoding: chunked\r\n" : "");
        head.Append((!isBare && !hasChunks && !isUntilEnd) || (Has(LengthIn204) && status == 204) ? line : "").Append(Has(LengthTwice) ? line : "");
        head.Append("\r\n");
        string text = Has(LfInAnswers) ? head.ToString().Replace("\r\n", "\n", StringComparison.Ordinal) : head.ToString();
        bool hasBody = (!isHead || Has(HeadHasBody) || (Has(HeadOf404HasBody) && status == 404))
            && (!isBare || (Has(NotModifiedHasBody) && status == 304));
        byte[] sent = !hasBody ? [] : hasChunks ? Chunks(defect, body) : body;
        return [.. Encoding.Latin1.GetBytes(text), .. sent];
    }

    private static byte[] Chunks(Http1Defect defect, byte[] body)
    {
        string end = defect == ChunksWithLf ? "\n" : "\r\n";
        string size = body.Length.ToString(defect == ChunksInDecimal ? "d" : "x", CultureInfo.InvariantCulture);
        string behind = defect == ChunksWithoutCrLf ? "" : end;
        string last = defect == ChunksWithoutEnd ? "" : $"0{end}{end}";
        return body.Length == 0 ? Encoding.Latin1.GetBytes(last)
            : [.. Encoding.Latin1.GetBytes(size + end), .. body, .. Encoding.Latin1.GetBytes(behind + last)];
    }

    private static string Date(Http1Defect defect)
    {
        DateTime now = DateTime.UtcNow;
        return defect switch
        {
            DateInOtherForm => now.ToString("o", CultureInfo.InvariantCulture),
            DateLocal => now.ToString("ddd, dd MMM yyyy HH:mm:ss '+0100'", CultureInfo.InvariantCulture),
            DateOfYesterday => now.AddDays(-1).ToString("R", CultureInfo.InvariantCulture),
            _ => now.ToString("R", CultureInfo.InvariantCulture),
        };
    }

    private static string Reason(int status) => status switch
    {
        100 => "Continue",
        101 => "Switching Protocols",
        200 => "OK",
        204 => "No Content",
        304 => "Not Modified",
        400 => "Bad Request",
        404
            => "Not Found",
        405 => "Method Not Allowed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        431 => "Request Header Fields Too Large",
        501
            => "Not Implemented",
        505 => "HTTP Version Not Supported",
        _ => "Other",
    };
}
