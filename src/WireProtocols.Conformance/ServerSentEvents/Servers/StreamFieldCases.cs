using System.Globalization;
using static WireProtocols.Conformance.ConformanceFinding;

namespace WireProtocols.Conformance;

/// <summary>The fields of the events.</summary>
internal static class StreamFieldCases
{
    private static readonly string[] Known = ["data", "event", "id", "retry"];

    private static readonly ConformanceRule Literal = ConformanceRule.Must(
        "HTML §9.2.6",
        "Field names must be compared literally, with no case folding performed.",
        "Write data, event, id and retry in lower case, at the beginning of the line, the colon right behind them.");

    private static readonly ConformanceRule Ignored = ConformanceRule.Should(
        "HTML §9.2.6", "The field is ignored.", "Write data:, event:, id:, retry: or a comment; nothing else reaches a client.");

    private static readonly ConformanceRule DataLines = ConformanceRule.Must(
        "HTML §9.2.5",
        "The event stream format is as described by the stream production of the following ABNF, the character set for which is Unicode.",
        "Split the text at its line ends and begin each line with data:.");

    private static readonly ConformanceRule Id = ConformanceRule.Must(
        "HTML §9.2.6",
        "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value. Otherwise, ignore the field.",
        "Write ids without U+0000.");

    private static readonly ConformanceRule Ids = ConformanceRule.Should(
        "HTML §9.2.6",
        "if the connection died between this block and the next, the server would be sent a `Last-Event-ID` header with the value `1`",
        "Give each event an id of its own.");

    private static readonly ConformanceRule Retry = ConformanceRule.Must(
        "HTML §9.2.6",
        "If the field value consists of only ASCII digits, then interpret the field value as an integer in base ten, and set the event stream's "
            + "reconnection time to that integer. Otherwise, ignore the field.",
        "Write milliseconds, digits only.");

    private static readonly ConformanceRule NoData = ConformanceRule.Should(
        "HTML §9.2.6",
        "If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string and return.",
        "An event without data is never told to anybody: write a data line, an empty one at least.");

    private static readonly ConformanceRule Type = ConformanceRule.May(
        "HTML §9.2.6",
        "If the event type buffer has a value other than the empty string, change the type of the newly created event to equal the value of the "
            + "event type buffer.",
        "A handler of errors is called for an event of the type error, too: choose another name.");

    public static IEnumerable<ConformanceCase> All =>
    [
        StreamSeenPlay.OfLines("sse/fields/name-case", Literal, "lower case", ConformanceVerdict.Fail, line
            => !line.IsKnown && Known.Contains(line.Name, StringComparer.OrdinalIgnoreCase)
                ? StreamFormatCases.At(line, "no client knows this spelling") : null),
        StreamSeenPlay.OfLines("sse/fields/name-space", Literal, "no space around a name", ConformanceVerdict.Fail, line
            => !line.IsKnown && line.Text.Contains(':', StringComparison.Ordinal)
                && Known.Contains(line.Name.Trim(), StringComparer.OrdinalIgnoreCase)
                && line.Name != line.Name.Trim() ? StreamFormatCases.At(line, "the space is part of the name, and no client knows that") : null),
        StreamSeenPlay.OfLines("sse/fields/separator", Literal, "a colon behind the name", ConformanceVerdict.Fail, line
            => !line.IsKnown && !line.Text.Contains(':', StringComparison.Ordinal) && line.Text.Split(' ', '=', '\t', '\u00a0')[0] is var name
                && name != line.Text && Known.Contains(name) ? StreamFormatCases.At(line, "the name has no colon behind it") : null),
        StreamSeenPlay.OfLines("sse/fields/unknown", Ignored, "known fields and comments", ConformanceVerdict.Warn, line
            => line.IsKnown || line.Text.Length == 0 ? null : StreamFormatCases.At(line, "no client knows this field")),
        StreamSeenPlay.OfLines("sse/fields/comment", Ignored, "a line end behind a comment", ConformanceVerdict.Warn, line
            => line.IsComment && Known.Any(name => line.Text.IndexOf(name + ": ", StringComparison.Ordinal) is var at && at > 1
                && !char.IsWhiteSpace(line.Text[at - 1])) ? StreamFormatCases.At(line,
                "the comment has no line end, and swallows the field behind it")
                : null),
        StreamSeenPlay.OfText("sse/fields/data-lines", DataLines, "data: before each line of data", JudgeDataLines),
        StreamSeenPlay.OfLines("sse/fields/id-nul", Id, "no U+0000", ConformanceVerdict.Fail, line
            => line.Name == "id" && line.Value.Contains('\0', StringComparison.Ordinal)
                ? StreamFormatCases.At(line, "clients ignore this id") : null),
        StreamSeenPlay.OfText("sse/fields/id-twice", Ids, "one id an event", watch
            => watch.Text.Blocks.FirstOrDefault(b => b.Lines.Count(l => l.Name == "id") > 1) is { } block
                ? Warn(StreamFormatCases.At(block.Lines[0], "an event with two ids")) : null),
        StreamSeenPlay.OfText("sse/fields/id-unique", Ids, "an id of its own for each event", JudgeUnique),
        StreamSeenPlay.OfText("sse/fields/id-of-each", Ids, "an id for each event, or for none", watch
            => watch.Text.Events.Count(e => e.Id is not null) is > 0 and var count && count < watch.Text.Events.Count
                ? Info($"{count} of {watch.Text.Events.Count} events have an id") : null),
        StreamSeenPlay.OfText("sse/fields/id-space", Ids, "no space around the id", watch
            => watch.Text.Lines.FirstOrDefault(l => l.Name == "id" && l.Value != l.Value.Trim()) is { } line
                ? Info(StreamFormatCases.At(line, "HTTP takes the space off, and the id that comes back is another")) : null),
        StreamSeenPlay.OfText("sse/fields/event-twice", Ignored, "one type an event", watch
            => watch.Text.Blocks.FirstOrDefault(b => b.Lines.Count(l => l.Name == "event") > 1) is { } block
                ? Warn(StreamFormatCases.At(block.Lines[0], "an event with two types: the last one counts")) : null),
        StreamSeenPlay.OfText("sse/fields/event-without-data", NoData, "data in each event", watch
            => watch.Text.Blocks.FirstOrDefault(b => b.IsEnded && b.Type is not null && b.Data is null) is { } block
                ? Warn(StreamFormatCases.At(block.Lines[0], "an event without data reaches no client")) : null),
        StreamSeenPlay.OfText("sse/fields/event-type", Type, "types that are nothing else", watch
            => watch.Text.Events.FirstOrDefault(e => e.Type is "error" or "open") is { } block
                ? Info(StreamFormatCases.At(block.Lines[0], "the type is that of the connection's own events")) : null),
        StreamSeenPlay.OfLines("sse/fields/retry", Retry, "digits", ConformanceVerdict.Fail, line
            => line.Name == "retry" && (line.Value.Length == 0 || !line.Value.All(char.IsAsciiDigit))
                ? StreamFormatCases.At(line, "clients ignore what is not digits only") : null),
        StreamSeenPlay.OfLines("sse/fields/retry-range", Retry, "milliseconds that somebody waits", ConformanceVerdict.Warn, line
            => line.Name == "retry" && line.Value.Length > 0 && line.Value.All(char.IsAsciiDigit) && (!int.TryParse(line.Value, NumberStyles.None,
                CultureInfo.InvariantCulture, out int time) || time > 24 * 60 * 60 * 1000)
                ? StreamFormatCases.At(line, "more than a day") : null),
        StreamSeenPlay.OfText("sse/fields/retry-short", Retry, "time enough", watch
            => watch.Text.Lines.FirstOrDefault(l => l.Name == "retry" && int.TryParse(l.Value, NumberStyles.None, CultureInfo.InvariantCulture,
                out int time) && time < 50) is { } line ? Info(StreamFormatCases.At(line, "milliseconds: clients come back at once")) : null),
    ];

    /// <summary>A line that is no name of a field, behind data of the same event: the rest of a text that was not split.</summary>
    private static ConformanceFinding? JudgeDataLines(StreamWatch watch)
    {
        foreach (StreamBlock block in watch.Text.Blocks)
        {
            bool isBehindData = false;
            foreach (StreamLine line in block.Lines.Where(l => l.End != StreamLineEnd.None))
            {
                if (isBehindData && !line.IsKnown && !Known.Contains(line.Name.Trim(), StringComparer.OrdinalIgnoreCase)
                    && (line.Name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.'))
                    || !line.Text.Contains(':', StringComparison.Ordinal)))
                {
                    return Fail(StreamFormatCases.At(line, "a line of data without data: before it; it is lost"));
                }

                isBehindData |= line.Name == "data";
            }
        }

        return null;
    }

    private static ConformanceFinding? JudgeUnique(StreamWatch watch)
    {
        StreamBlock? before = null;
        HashSet<string> seen = [];
        foreach (StreamBlock block in watch.Text.Events.Where(e => e.Id is { Length: > 0 }))
        {
            if (!seen.Add(block.Id!) && block.Data != before?.Data)
            {
                return Warn(StreamFormatCases.At(block.Lines[0], $"the id {block.Id} again"));
            }

            before = block;
        }

        return null;
    }
}
