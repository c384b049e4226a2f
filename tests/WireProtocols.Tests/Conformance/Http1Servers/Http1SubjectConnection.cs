using System.Text;
using static WireProtocols.Tests.Conformance.Http1Defect;

namespace WireProtocols.Tests.Conformance;

/// <summary>One connection of the subject: request after request.</summary>
internal sealed class Http1SubjectConnection(Http1Defect defect, Http1SubjectInput input, Stream output, CancellationToken stop)
{
    private const int MaxHead = 16 * 1024;
    private static readonly string[] Known = ["GET", "HEAD", "POST", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"];
    private readonly List<byte[]> _held = [];
    private bool _isOver;

    public bool HasKilledServer { get; private set; }

    private bool Has(Http1Defect other) => defect == other;

    public async Task RunAsync()
    {
        for (int served = 0; !_isOver; served++)
        {
            Http1SubjectHead? head = null;
            try
            {
                string? text = await ReadHeadAsync();
                if (text is null)
                {
                    HasKilledServer |= Has(DiesOfBadInput) && input.Count > 0;
                    return;
                }

                if (text.Length == 0)
                {
                    await AnswerAsync(200, [], [], "GET", true, false);
                    return;
                }

                head = new Http1SubjectHead(defect, text);
                await ServeAsync(head);
            }
            catch (Http1SubjectRefusal refusal)
            {
                await RefuseAsync(refusal.Status, head);
            }
            catch (Http1SubjectDeath)
            {
                HasKilledServer = true;
                return;
            }
        }
    }

    /// <summary>Says why not, and closes.</summary>
    private async Task RefuseAsync(int status, Http1SubjectHead? head)
    {
        _isOver = true;
        if (status == 0)
        {
            return;
        }

        _isOver = !(Has(BodyOf400Left) || Has(InvalidLengthStaysOpen) || Has(BadCodingStaysOpen) || Has(SaysCloseAndStays)) || head is null;
        if (!_isOver && (Has(InvalidLengthStaysOpen) || Has(BadCodingStaysOpen)))
        {
            input.Drop();
        }

        string method = head?.Method ?? "";
        byte[] body = method == "HEAD" ? [] : Encoding.Latin1.GetBytes($"refused with {status}\n");
        bool isSaid = _isOver || Has(SaysCloseAndStays);
        await AnswerAsync(Has(LargeHeadIs500) && status == 431 ? 500 : status, ["Content-Type: text/plain"], body, method, isSaid, false);
    }

    private async Task<string?> ReadHeadAsync()
    {
        int seen = 0;
        while (true)
        {
            while (!Has(RefusesEmptyLine) && input.Buffered is [(byte)'\r', (byte)'\n', ..])
            {
                input.Take(2);
                seen = 0;
            }

            int end = input.Buffered[Math.Max(0, seen - 3)..].IndexOf("\r\n\r\n"u8);
            bool isLf = Has(BareLfInHead) && input.Buffered.IndexOf("\n\n"u8) >= 0;
            if (end >= 0 && !isLf)
            {
                end += Math.Max(0, seen - 3);
                string text = Encoding.Latin1.GetString(input.Buffered[..end]);
                input.Take(end + 4);
                if (text.Length == 0 || text.Length > MaxHead)
                {
                    throw new Http1SubjectRefusal(text.Length == 0 ? 400 : 431);
                }

                return text;
            }

            Limit();
            seen = input.Count;
            if (Has(EarlyAnswer) && input.Buffered.IndexOf("\r\nHost"u8) >= 0 && input.Buffered.EndsWith("\r\n"u8))
            {
                input.Drop();
                return "";
            }

            if (!await input.FillAsync())
            {
                if (Has(HeadAtTheEnd) && input.Count > 20)
                {
                    string cut = Encoding.Latin1.GetString(input.Buffered).TrimEnd('\r', '\n');
                    input.Drop();
                    return cut;
                }

                return null;
            }

            if (Has(HeadInOneRead) && input.Buffered.IndexOf("\r\n\r\n"u8) < 0)
            {
                throw new Http1SubjectRefusal(400);
            }
        }
    }

    private void Limit()
    {
        if (input.Count <= MaxHead)
        {
            return;
        }

        if (Has(NoHeadLimit))
        {
            input.Take(input.Count - 3);
            return;
        }

        throw new Http1SubjectRefusal(input.Buffered.IndexOf((byte)'\n') >= 0 ? 431 : Has(LongTargetIs500) ? 500 : 414);
    }

    private async Task ServeAsync(Http1SubjectHead head)
    {
        if (!Has(TrailersMerged))
        {
            head.CheckHost();
        }

        Http1SubjectBody body = new(defect, input, head);
        body.Frame();
        _isOver = body.IsLast || IsClosing(head) || Has(ClosesAlways) || Has(ClosesUnsaid);
        await ContinueAsync(head, body);
        int status = FindStatus(head);
        if (Has(DropsWhatIsThere) && status == 404)
        {
            input.Drop();
        }
        else if (!LeavesBody(head, body, status))
        {
            await body.ReadAsync();
        }

        if (Has(TrailersMerged))
        {
            head.CheckHost();
        }

        await AnswerAsync(head, body, status);
        if (Has(DropsBehind))
        {
            input.Drop();
        }
    }

    private bool LeavesBody(Http1SubjectHead head, Http1SubjectBody body, int status)
        => (Has(BodyOfGetLeft) && head.Method == "GET") || (Has(BodyOfHeadLeft) && head.Method == "HEAD")
            || (Has(ChunksOfGetLeft) && head.Method == "GET" && body.IsChunked)
            || (Has(BodyOf404Left) && status == 404) || (Has(BodyOf405Left) && status == 405) || (Has(SwallowsUnknown) && status == 501);

    private bool IsClosing(Http1SubjectHead head)
    {
        string[] options = Has(CloseOfFirstLine) ? [.. head.All("Connection").Take(1)] : Has(CloseIsNoList) ? head.All("Connection")
            : head.Members("Connection");
        StringComparer comparer = Has(CloseCaseSensitive) ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
        return (options.Contains("close", comparer) && !Has(IgnoresClose))
            || (head.IsOld && !options.Contains("keep-alive", StringComparer.OrdinalIgnoreCase) && !Has(OldStaysOpen));
    }

    private async Task ContinueAsync(Http1SubjectHead head, Http1SubjectBody body)
    {
        string[] expected = head.Members("Expect");
        if (Has(UnknownExpectIs500) && expected is [var other] && !other.Equals("100-continue", StringComparison.OrdinalIgnoreCase))
        {
            throw new Http1SubjectRefusal(500);
        }

        bool isAsked = expected.Contains("100-continue", StringComparer.OrdinalIgnoreCase) && (!head.IsOld || Has(ContinueToOld));
        if ((isAsked || Has(ContinueUnasked)) && body.IsExpected && input.Count == 0 && !Has(NoContinue))
        {
            string text = Has(ContinueIsFinal) ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
                : Has(ContinueWithLength) ? "HTTP/1.1 100 Continue\r\nContent-Length: 0\r\n\r\n" : "HTTP/1.1 100 Continue\r\n\r\n";
            await output.WriteAsync(Encoding.Latin1.GetBytes(text), stop);
        }
    }

    private int FindStatus(Http1SubjectHead head)
    {
        string method = Has(AnyMethodIsGet) && !Known.Contains(head.Method) ? "GET" : head.Method;
        bool isUpgrade = head.All("Upgrade").Length > 0 && ((Has(AnyUpgrade) && !head.IsOld) || (Has(UpgradeInOldVersion) && head.IsOld));
        return isUpgrade ? 101
            : method == "CONNECT" ? Has(TakesConnect) || Has(ConnectWithLength) ? 200 : 405
            : !Known.Contains(method) ? 501
            : method == "OPTIONS" && head.Path is "*" or "/echo" ? 204
            : head.Path != "/echo" ? 404
            : method is not ("GET" or "HEAD" or "POST") || (method == "HEAD" && Has(HeadRefused)) ? 405
            : method != "POST" && head.All("If-None-Match").Contains("\"1\"") ? 304 : 200;
    }

    private async Task AnswerAsync(Http1SubjectHead head, Http1SubjectBody body, int status)
    {
        List<string> fields = status is 405 or 204 && !Has(NoAllow) ? ["Allow: GET, HEAD, POST, OPTIONS"] : [];
        if (status == 101)
        {
            fields.Add("Upgrade: unknown/1");
        }

        byte[] content = head.Method == "POST" && status == 200 ? Echo(body.Bytes) : status == 200 ? "a page\n"u8.ToArray()
            : Encoding.Latin1.GetBytes($"{status}\n");
        if (status == 200)
        {
            fields.Add("Content-Type: text/plain");
            fields.Add("X-Content-Type-Options: nosniff");
        }

        if (head.Method is "GET" or "HEAD" && status is 200 or 304)
        {
            fields.Add("ETag: \"1\"");
        }

        if (head.Method == "CONNECT" && status == 200 && !Has(ConnectWithLength))
        {
            await output.WriteAsync("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray(), stop);
            _isOver = true;
            return;
        }

        if (status == 101)
        {
            await output.WriteAsync("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: unknown/1\r\n\r\n"u8.ToArray(), stop);
            _isOver = true;
            return;
        }

        bool isChunked = (body.IsChunked && head.Method == "POST" && status == 200) || (Has(OldGetsChunks) && head.IsOld && head.Method == "POST");
        await AnswerAsync(status, [.. fields], content, head.Method, _isOver, isChunked, head.IsOld);
        if (Has(ContinueBehind) && head.All("Expect").Length > 0)
        {
            await output.WriteAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray(), stop);
        }
    }

    private byte[] Echo(byte[] body)
        => Has(LosesLastByte) && body.Length > 0 ? body[..^1]
            : Has(Truncates64K) ? body[..Math.Min(body.Length, ushort.MaxValue)]
            : Has(BodyIsText) ? Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(body))
            : Has(TrimsBody) ? Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(body).Trim())
            : body;

    private async Task AnswerAsync(int status, string[] fields, byte[] body, string method, bool closes, bool isChunked, bool isOld = false)
    {
        _isOver |= Has(EndsWithConnection);
        byte[] answer = Http1SubjectAnswer.Build(defect, status, fields, body, method, isOld, isChunked, closes, keepsOld: isOld && !closes);
        if (Has(Reversed) && !_isOver)
        {
            _held.Insert(0, answer);
            if (input.Count > 0)
            {
                return;
            }

            answer = [.. _held.SelectMany(h => h)];
            _held.Clear();
        }

        await output.WriteAsync(answer, stop);
    }
}
