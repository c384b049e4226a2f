using System.Globalization;
using System.Text;

namespace WireProtocols.Conformance;

/// <summary>Reads the answers of a subject, one after the other; reads leniently, and says what is wrong with them.</summary>
internal sealed class Http1AnswerReader(RawConnection raw, ConformanceContext context)
{
    private const int MaxLine = 256 * 1024;
    private const int MaxLines = 2000;
    private string? _broken;
    private bool _hasBegun;

    /// <summary>Reads an answer, and the interim ones before it.</summary>
    /// <param name="asked">What it answers.</param>
    /// <param name="stopsAtInterim">An interim response is an answer of its own.</param>
    /// <param name="patience">How long a silence may be; the timeout of the run where nothing is said.</param>
    public async Task<Http1Reply> ReadAsync(Http1Asked asked, bool stopsAtInterim = false, TimeSpan? patience = null)
    {
        Patience = patience ?? context.Options.Timeout;
        List<Http1Answer> interims = [];
        Http1Answer? answer = null;
        try
        {
            while (true)
            {
                (_broken, _hasBegun, answer) = (null, false, null);
                if (!await BeginsWithVersionAsync())
                {
                    return new Http1Reply(null, Http1NoAnswer.Garbage, $"'{Begin()}' begins no response (RFC 9112 §4)");
                }

                answer = await ReadHeadAsync(asked);
                answer.Broken = _broken;
                if (!answer.IsInterim || stopsAtInterim)
                {
                    break;
                }

                interims.Add(answer);
            }

            answer.Interims = interims;
            await ReadBodyAsync(answer, asked);
            answer.Broken ??= _broken;
            return new Http1Reply(answer, Http1NoAnswer.None, $"'{answer}'");
        }
        catch (EndException end)
        {
            string inside = _hasBegun ? ", inside of an answer" : "";
            if (answer is not null)
            {
                answer.Broken ??= _broken;
            }

            return end.Result switch
            {
                FillResult.Silence => new Http1Reply(answer, Http1NoAnswer.Silence, _hasBegun ? "an answer that is not finished in time"
                    : "no answer in time"),
                FillResult.Reset => new Http1Reply(answer, _hasBegun ? Http1NoAnswer.Cut : Http1NoAnswer.Reset, $"a reset{inside}"),
                _ => new Http1Reply(answer, _hasBegun ? Http1NoAnswer.Cut : Http1NoAnswer.End, _hasBegun
                    ? "the end of the connection inside of an answer"
                    : "the end of the connection without an answer"),
            };
        }
    }

    private TimeSpan Patience { get; set; }

    private string Begin() => Encoding.Latin1.GetString(raw.Buffered[..Math.Min(raw.Buffered.Length, 24)]);

    private async Task<bool> BeginsWithVersionAsync()
    {
        while (true)
        {
            int length = Math.Min(raw.Buffered.Length, 7);
            if (!"HTTP/1."u8.StartsWith(raw.Buffered[..length]))
            {
                return false;
            }

            if (length == 7)
            {
                return _hasBegun = true;
            }

            _hasBegun = length > 0;
            await FillAsync();
        }
    }

    private async Task<Http1Answer> ReadHeadAsync(Http1Asked asked)
    {
        string statusLine = await ReadLineAsync("a line of the head");
        List<string> lines = [];
        while (await ReadLineAsync("a line of the head") is { Length: > 0 } line)
        {
            lines.Add(line);
            Require(lines.Count < MaxLines, "a head of more than 2000 lines");
        }

        return new Http1Answer(asked, statusLine, lines);
    }

    private async Task ReadBodyAsync(Http1Answer answer, Http1Asked asked)
    {
        bool isTunnel = asked.Method == "CONNECT" && answer.Status is >= 200 and < 300;
        if (answer.IsInterim || answer.Status is 101 or 204 or 304 || asked.IsHead || isTunnel)
        {
            return;
        }

        using MemoryStream body = new();
        string[] codings = answer.Members("Transfer-Encoding");
        string[] lengths = answer.All("Content-Length");
        if (codings.Length > 0 && codings[^1].Equals("chunked", StringComparison.OrdinalIgnoreCase))
        {
            await ReadChunksAsync(body);
        }
        else if (codings.Length == 0 && lengths.Length > 0
            && long.TryParse(lengths[0], NumberStyles.None, CultureInfo.InvariantCulture, out long length))
        {
            await TakeAsync(length, body);
        }
        else
        {
            answer.EndsWithConnection = true;
            await TakeRestAsync(body, mayBeReset: answer.Status >= 400);
        }

        answer.Body = body.ToArray();
    }

    private async Task ReadChunksAsync(MemoryStream body)
    {
        while (true)
        {
            string line = await ReadLineAsync("a chunk line");
            string digits = line.Split(';')[0];
            bool isSize = long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long size) && size >= 0;
            if (!isSize)
            {
                throw new EndException(FillResult.End, Say($"the chunk line is '{line}' (RFC 9112 §7.1: chunk-size = 1*HEXDIG)"));
            }

            if (size == 0)
            {
                break;
            }

            await TakeAsync(size, body);
            if ((await ReadLineAsync("the data of a chunk")).Length > 0)
            {
                throw new EndException(FillResult.End, Say("no CRLF follows the data of a chunk (RFC 9112 §7.1)"));
            }
        }

        while ((await ReadLineAsync("a trailer")).Length > 0)
        {
        }
    }

    private async Task TakeAsync(long length, MemoryStream into)
    {
        while (length > 0)
        {
            if (raw.Buffered.Length == 0)
            {
                await FillAsync();
            }

            int count = (int)Math.Min(length, raw.Buffered.Length);
            into.Write(raw.Buffered[..count]);
            raw.Consume(count);
            length -= count;
        }
    }

    /// <summary>Reads to the end. Who refuses and closes with bytes unread resets the connection, and has said what there is to say.</summary>
    private async Task TakeRestAsync(MemoryStream into, bool mayBeReset)
    {
        FillResult result = FillResult.Data;
        while (result == FillResult.Data)
        {
            into.Write(raw.Buffered);
            raw.Consume(raw.Buffered.Length);
            result = await raw.FillAsync(Patience);
        }

        if (result != FillResult.End && !(result == FillResult.Reset && mayBeReset))
        {
            throw new EndException(result, "");
        }
    }

    private async Task<string> ReadLineAsync(string what)
    {
        int seen = 0;
        while (true)
        {
            int end = raw.Buffered[seen..].IndexOf((byte)'\n');
            if (end >= 0)
            {
                end += seen;
                bool hasReturn = end > 0 && raw.Buffered[end - 1] == '\r';
                string line = Encoding.Latin1.GetString(raw.Buffered[..(hasReturn ? end - 1 : end)]);
                raw.Consume(end + 1);
                _broken ??= hasReturn ? null : $"{what} does not end in CRLF (RFC 9112 §2.1)";
                return line;
            }

            seen = raw.Buffered.Length;
            Require(seen < MaxLine, $"{what} of more than 256 KiB");
            await FillAsync();
        }
    }

    private async Task FillAsync()
    {
        FillResult result = await raw.FillAsync(Patience);
        if (result != FillResult.Data)
        {
            throw new EndException(result, "");
        }
    }

    private string Say(string broken) => _broken ??= broken;

    private static void Require(bool isRight, string what)
    {
        if (!isRight)
        {
            throw new ConformanceEndException(ConformanceFinding.Warn($"the subject sends {what}"));
        }
    }

    private sealed class EndException(FillResult result, string message) : Exception(message)
    {
        public FillResult Result { get; } = result;
    }
}
