using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using static WireProtocols.Tests.Conformance.EventStreamClients.ReaderDefect;

namespace WireProtocols.Tests.Conformance.EventStreamClients;

/// <summary>A client of event streams, written for this by hand, with one mistake or none: it reads until it is told to stop, and reports.</summary>
internal sealed class ReaderSubject(ReaderDefect defect)
{
    private const int MaxStreams = 4;
    private const int MaxRedirects = 20;
    private readonly List<SeenEvent> _events = [];
    private string _lastEventId = "";
    private int _retry = 100;
    private ReaderParser? _parser;

    public async Task RunAsync(Uri url, CancellationToken stop)
    {
        string? error = null;
        try
        {
            for (int i = 0; i < MaxStreams && await ReadAsync(url, i == 0, stop); i++)
            {
                await Task.Delay(defect == RetryIgnored ? 0 : Math.Min(_retry, 60_000), stop);
            }
        }
        catch (Exception exception) when (exception is ReaderSubjectException or IOException or SocketException or DecoderFallbackException)
        {
            error = exception.Message;
        }

        StringBuilder report = new();
        foreach (SeenEvent seen in _events)
        {
            report.Append(JsonSerializer.Serialize(new
            {
                kind = "event",
                type = seen.Type,
                data = seen.Data,
                lastEventId = seen.LastEventId
            })).Append('\n');
        }

        if (error is not null)
        {
            report.Append(JsonSerializer.Serialize(new { kind = "error", message = error })).Append('\n');
        }

        await ReaderConnection.ReportAsync(url, report.ToString(), stop);
    }

    /// <returns>False where the client is not to come again.</returns>
    private async Task<bool> ReadAsync(Uri url, bool isFirst, CancellationToken stop)
    {
        Uri at = url;
        for (int redirects = 0; ; redirects++)
        {
            using ReaderConnection connection = await ReaderConnection.OpenAsync(defect, at, HeadOf(at, isFirst), stop);
            ReaderHead head = await connection.ReadHeadAsync(stop);
            if (head.Status is 301 or 302 or 303 or 307 or 308 && head.Field("Location") is { } location && defect != NoRedirects)
            {
                if (redirects == MaxRedirects && defect != RedirectsWithoutEnd)
                {
                    throw new ReaderSubjectException("too many redirects");
                }

                if (defect == NoRelativeRedirects && !location.Contains("://", StringComparison.Ordinal))
                {
                    throw new ReaderSubjectException("no absolute URL");
                }

                at = new Uri(at, location);
                continue;
            }

            return await ReadStreamAsync(connection, head, isFirst, stop);
        }
    }

    private async Task<bool> ReadStreamAsync(ReaderConnection connection, ReaderHead head, bool isFirst, CancellationToken stop)
    {
        string type = head.Field("Content-Type") ?? "";
        if (!Takes(head.Status, type))
        {
            return head.Status switch
            {
                204 => defect == ComesAgainAfter204,
                404 when defect == ComesAgainAfter404 => true,
                _ => throw new ReaderSubjectException($"status {head.Status}, type {type}"),
            };
        }

        ReaderParser parser = defect == ParserKept && _parser is not null ? _parser
            : new ReaderParser(defect, defect == IdNotKept ? "" : _lastEventId, _events, isFirst);
        _parser = parser;
        parser.Obey(type.Contains("iso-8859-1", StringComparison.Ordinal) ? "iso-8859-1" : null);
        try
        {
            if (await connection.ReadBodyAsync(head, bytes => parser.Take(bytes), stop) || defect == CutOffIsEnd)
            {
                parser.End();
            }

            if (defect == CutOffIsEnd)
            {
                _events.Add(new SeenEvent("message", "the end", ""));
            }
        }
        finally
        {
            _lastEventId = parser.LastEventId;
            _retry = parser.Retry ?? _retry;
        }

        return true;
    }

    private bool Takes(int status, string type)
    {
        string essence = type.Split(';')[0].Trim(' ', '\t');
        bool isType = defect switch
        {
            TypeByPart => type.Contains("text/event-stream", StringComparison.OrdinalIgnoreCase),
            TypeByCase => essence == "text/event-stream",
            TypeWhole => type.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase),
            AnyType => true,
            MissingTypeTaken when type.Length == 0 => true,
            _ => essence.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase),
        };
        bool isStatus = defect switch
        {
            AnySuccess => status is >= 200 and < 300 and not 204,
            AnyStatus => status is not 204,
            _ => status == 200,
        };
        return isType && isStatus;
    }

    private string HeadOf(Uri url, bool isFirst)
    {
        string id = defect switch
        {
            IdEscaped => Uri.EscapeDataString(_lastEventId),
            IdInLatin1 => _lastEventId,
            _ => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(_lastEventId)),
        };
        bool sends = (id.Length > 0 && defect != NoLastEventId) || (isFirst && defect == EmptyIdSentAtFirst) || (!isFirst && defect == EmptyIdSent);
        Debug.Assert(!isFirst || id.Length == 0, "the first request has no id");
        return $"{(defect == AsksWithPost ? "POST" : "GET")} {url.PathAndQuery} HTTP/1.1\r\n"
            + (defect == NoHost ? "" : $"Host: {(defect == HostWithoutPort ? url.Host : url.Authority)}\r\n")
            + (defect == NoAccept ? "" : "Accept: text/event-stream\r\n")
            + (defect == NoCacheControl ? "" : "Cache-Control: no-store\r\n")
            + (sends ? $"Last-Event-ID: {id}\r\n" : "") + "\r\n";
    }
}
