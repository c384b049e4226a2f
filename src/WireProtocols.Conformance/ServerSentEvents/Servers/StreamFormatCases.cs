using System.Globalization;
using System.Text;
using static WireProtocols.Conformance.ConformanceFinding;

namespace WireProtocols.Conformance;

/// <summary>The bytes of the stream: encoding, lines, empty lines.</summary>
internal static class StreamFormatCases
{
    private static readonly ConformanceRule Bom = ConformanceRule.Must(
        "HTML §9.2.6",
        "The UTF-8 decode algorithm strips one leading UTF-8 Byte Order Mark (BOM), if any.",
        "Write no BOM; one behind the beginning is part of a field name.");

    private static readonly ConformanceRule Lines = ConformanceRule.Must(
        "HTML §9.2.5",
        "Lines must be separated by either a U+000D CARRIAGE RETURN U+000A LINE FEED (CRLF) character pair, a single U+000A LINE FEED (LF) "
            + "character, or a single U+000D CARRIAGE RETURN (CR) character.",
        "End every line the same way, with LF.");

    private static readonly ConformanceRule Unfinished = ConformanceRule.Must(
        "HTML §9.2.6",
        "Once the end of the file is reached, any pending data must be discarded. (If the file ends in the middle of an event, before the final "
            + "empty line, the incomplete event is not dispatched.)",
        "Write the empty line behind the last event, too.");

    private static readonly ConformanceRule Injected = ConformanceRule.Security(
        "HTML §9.2.6",
        "a single U+000D CARRIAGE RETURN (CR) character not followed by a U+000A LINE FEED (LF) character being the ways in which a line can end.",
        "Split data at CR, LF and CRLF, and begin each line with data: of its own.");

    private static readonly ConformanceRule Nul = ConformanceRule.May(
        "HTML §9.2.5", "any-char = %x0000-0009 / %x000B-000C / %x000E-10FFFF", "Text seldom has U+0000: look whether it should be there.");

    public static IEnumerable<ConformanceCase> All =>
    [
        StreamSeenPlay.OfText("sse/format/utf-8", StreamRules.Utf8, "UTF-8", JudgeUtf8),
        StreamSeenPlay.OfText("sse/format/utf-16", StreamRules.Utf8, "UTF-8", watch
            => watch.Body.AsSpan().StartsWith("\ufffe"u8) || watch.Body is [0xff, 0xfe, ..] or [0xfe, 0xff, ..]
                || (watch.Body.Length >= 8 && watch.Body.Where((_, i) => i % 2 == 1).Take(50).All(b => b == 0)) ? Fail("the stream is UTF-16")
                    : null),
        StreamSeenPlay.OfText("sse/format/bom", Bom, "none, or one at the beginning", watch
            => watch.Text.Lines.FirstOrDefault(l => l.Text.StartsWith('\ufeff')) is { } line
                ? Fail(At(line, "the line begins with a BOM, and so no client knows its field")) : null),
        StreamSeenPlay.OfText("sse/format/line-ends", Lines, "one kind of line end", JudgeLineEnds),
        StreamSeenPlay.OfText("sse/format/lone-cr", Injected, "no CR inside a line", JudgeLoneCr),
        StreamSeenPlay.OfText("sse/format/last-event", Unfinished, "an empty line behind the last event", JudgeLastEvent),
        StreamSeenPlay.OfText("sse/format/empty-lines", StreamRules.Format, "an empty line behind each event", JudgeEmptyLines),
        StreamSeenPlay.OfText("sse/format/events", StreamRules.Format, "events", watch
            => watch.Text.Events.Count > 0 ? Pass($"{watch.Text.Events.Count} events")
                : watch.Text.Lines.Any(l => l.Name == "data") ? null
                : watch.Text.Lines.All(l => l.IsComment || l.Text.Length == 0) ? Info("comments only, while it was watched")
                : watch.Text.Lines.Any(l => l.IsKnown) ? Info("no event with data, while it was watched")
                : Fail($"what came is no event stream: '{Show(watch.Text.Lines[0].Text)}'")),
        StreamSeenPlay.OfText("sse/format/nul", Nul, "text", watch => watch.Body.AsSpan().Contains((byte)0) ? Info("the stream has U+0000") : null),
        StreamSeenPlay.OfText("sse/format/twice-chunked", StreamRules.Framing, "chunks once", JudgeTwiceChunked),
    ];

    public static string At(StreamLine line, string what)
        => string.Create(CultureInfo.InvariantCulture, $"offset {line.Offset}, '{Show(line.Text)}': {what}");

    public static string Show(string text)
    {
        string shown = text.Length > 60 ? text[..60] + "…" : text;
        return shown.Replace("\0", "\\0", StringComparison.Ordinal).Replace("\ufeff", "\\uFEFF", StringComparison.Ordinal);
    }

    private static ConformanceFinding? JudgeUtf8(StreamWatch watch)
    {
        int at = 0;
        while (at < watch.Body.Length)
        {
            System.Buffers.OperationStatus status = Rune.DecodeFromUtf8(watch.Body.AsSpan(at), out _, out int count);
            if (status == System.Buffers.OperationStatus.NeedMoreData && watch.End != StreamWatchEnd.Complete)
            {
                return null;
            }

            if (status != System.Buffers.OperationStatus.Done)
            {
                return Fail(string.Create(
                    CultureInfo.InvariantCulture,
                    $"offset {at}: {Convert.ToHexStringLower(watch.Body.AsSpan(at, Math.Min(4, watch.Body.Length - at)))} is no UTF-8"));
            }

            at += count;
        }

        return null;
    }

    private static ConformanceFinding? JudgeLineEnds(StreamWatch watch)
    {
        var kinds = watch.Text.Lines.Where(l => l.End != StreamLineEnd.None).CountBy(l => l.End).OrderByDescending(k => k.Value).ToArray();
        return kinds.Length < 2 ? null : Info($"{string.Join(", ", kinds.Select(k => $"{k.Value} lines end with {k.Key}"))}");
    }

    private static ConformanceFinding? JudgeLoneCr(StreamWatch watch)
    {
        IReadOnlyList<StreamLine> lines = watch.Text.Lines;
        if (lines.Count(l => l.End == StreamLineEnd.Cr) * 2 >= lines.Count)
        {
            return null;
        }

        for (int i = 0; i + 1 < lines.Count; i++)
        {
            if (lines[i].End == StreamLineEnd.Cr && lines[i].Text.Length > 0)
            {
                return !lines[i + 1].IsKnown && lines[i + 1].Text.Length > 0
                    ? Fail(At(lines[i + 1], "a CR in the data ended its line, and what stands behind it is lost"))
                    : Warn(At(lines[i + 1], "the line stands behind a lone CR, where other lines end otherwise"));
            }
        }

        return null;
    }

    private static ConformanceFinding? JudgeLastEvent(StreamWatch watch)
    {
        if (watch.End == StreamWatchEnd.GoesOn)
        {
            return Info("the stream went on while it was watched");
        }

        if (watch.End != StreamWatchEnd.Complete || watch.Text.Blocks is not [.., { IsEnded: false } last])
        {
            return null;
        }

        return last.Data is not null ? Fail(At(last.Lines[0], "the last event has no empty line behind it, and no client is told of it"))
            : Warn(At(last.Lines[0], "the last lines have no empty line behind them"));
    }

    /// <summary>Events that run into one another: fields of which a block has one are there again and again.</summary>
    private static ConformanceFinding? JudgeEmptyLines(StreamWatch watch)
    {
        StreamBlock? block = watch.Text.Blocks.FirstOrDefault(b => b.Lines.Count(l => l.Name == "id") > 1
            && b.Lines.Count(l => l.Name == "data") > 1);
        if (block is not null)
        {
            return Fail(At(block.Lines[0], $"{block.Lines.Count(l => l.Name == "id")} ids without an empty line between them: the events are one"));
        }

        StreamBlock? pending = watch.Text.Blocks.FirstOrDefault(b => !b.IsEnded && b.Lines.Count(l => l.Name == "data") > 2);
        return pending is not null && watch.Text.Events.Count == 0 && watch.Duration.TotalSeconds > 1 && watch.Arrivals.Count > 2
            ? Fail($"{pending.Lines.Count} lines came in {watch.Arrivals.Count} pieces, and no empty line ended an event")
            : null;
    }

    private static ConformanceFinding? JudgeTwiceChunked(StreamWatch watch)
    {
        StreamLine[] sizes = [.. watch.Text.Lines.Where(l => l.End == StreamLineEnd.CrLf && l.Text.Length is > 0 and < 9
            && l.Text.All(char.IsAsciiHexDigit))];
        return sizes.Length > 1 && watch.Text.Lines.Any(l => l.End == StreamLineEnd.Lf)
            ? Fail(At(sizes[0], watch.Framing!.Chunks > 0 ? "chunks stand inside chunks" : "the body is chunked, and no Transfer-Encoding says so"))
            : null;
    }
}
