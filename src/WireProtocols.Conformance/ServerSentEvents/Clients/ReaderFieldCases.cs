using System.Globalization;
using static WireProtocols.Conformance.ReaderPlay;

namespace WireProtocols.Conformance;

/// <summary>What lines mean to a client.</summary>
internal static class ReaderFieldCases
{
    private static readonly ConformanceRule Data = ConformanceRule.Must(
        "HTML §9.2.6",
        "Append the field value to the data buffer, then append a single U+000A LINE FEED (LF) character to the data buffer.",
        "Join data lines with LF, and take the last LF off when the event is dispatched.");

    private static readonly ConformanceRule Space = ConformanceRule.Must(
        "HTML §9.2.6",
        "If value starts with a U+0020 SPACE character, remove it from value.",
        "Take one space off behind the colon, no more, no tab, and nothing at the end.");

    private static readonly ConformanceRule Colon = ConformanceRule.Must(
        "HTML §9.2.6",
        "Collect the characters on the line before the first U+003A COLON character (:), and let field be that string.",
        "Cut at the first colon; the others belong to the value.");

    private static readonly ConformanceRule NoColon = ConformanceRule.Must(
        "HTML §9.2.6",
        "Process the field using the steps described below, using the whole line as the field name, and the empty string as the field value.",
        "A line without a colon is a name with an empty value.");

    private static readonly ConformanceRule Comment = ConformanceRule.Must(
        "HTML §9.2.6", "If the line starts with a U+003A COLON character (:)", "Ignore the line, whatever is in it.");

    private static readonly ConformanceRule Names = ConformanceRule.Must(
        "HTML §9.2.6", "Field names must be compared literally, with no case folding performed.", "Compare the whole name, byte by byte.");

    private static readonly ConformanceRule Unknown = ConformanceRule.Must(
        "HTML §9.2.6", "The field is ignored.", "Pass over fields that you do not know, and go on.");

    private static readonly ConformanceRule Type = ConformanceRule.Must(
        "HTML §9.2.6",
        "If the event type buffer has a value other than the empty string, change the type of the newly created event to equal the value of the "
            + "event type buffer.",
        "The last event field of a block counts; an empty one is 'message'; each block begins without one.");

    private static readonly ConformanceRule TypeReset = ConformanceRule.Must(
        "HTML §9.2.6",
        "If the data buffer is an empty string, set the data buffer and the event type buffer to the empty string and return.",
        "Forget the type at each empty line, also where no event was dispatched.");

    private static readonly ConformanceRule Id = ConformanceRule.Must(
        "HTML §9.2.6",
        "The buffer does not get reset, so the last event ID string of the event source remains set to this value until the next time it is set by "
            + "the server.",
        "Keep the id until another one, or an empty one, is set.");

    private static readonly ConformanceRule Nul = ConformanceRule.Must(
        "HTML §9.2.6",
        "If the field value does not contain U+0000 NULL, then set the last event ID buffer to the field value. Otherwise, ignore the field.",
        "Ignore an id with U+0000, the whole of it.");

    private static readonly ConformanceRule Retry = ConformanceRule.Must(
        "HTML §9.2.6",
        "If the field value consists of only ASCII digits, then interpret the field value as an integer in base ten, and set the event stream's "
            + "reconnection time to that integer. Otherwise, ignore the field.",
        "A retry field changes nothing but the reconnection time, and fails nothing.");

    private static readonly ConformanceRule Unfinished = ConformanceRule.Must(
        "HTML §9.2.6",
        "Once the end of the file is reached, any pending data must be discarded. (If the file ends in the middle of an event, before the final "
            + "empty line, the incomplete event is not dispatched.)",
        "Dispatch at an empty line, and never at the end of the stream.");

    public static IEnumerable<ConformanceCase> All =>
    [
        .. Rows("data", Data,
            ("one", "data: a\n\n"), ("two", "data: a\ndata: b\n\n"), ("three", "data: a\ndata: b\ndata: c\n\n"),
            ("empty-first", "data:\ndata: b\n\n"),
            ("empty-last", "data: a\ndata:\n\n"), ("empty-middle", "data: a\ndata:\ndata: c\n\n"), ("empty", "data:\n\n"),
            ("two-empty", "data:\ndata:\n\n"),
            ("three-empty", "data:\ndata\ndata: \n\n"), ("number", "data: 0\n\n"), ("false", "data: false\n\n"),
            ("json", "data: {\"a\": [1, 2]}\n\n"),
            ("json-lines", "data: {\ndata:   \"a\": 1\ndata: }\n\n"), ("done", "data: [DONE]\n\n"),
            ("between", "data: a\nid: 1\ndata: b\nevent: tick\ndata: c\n\n"),
            ("after-other", "event: tick\nid: 1\ndata: a\n\n"), ("before-other", "data: a\nevent: tick\nid: 1\n\n"),
            ("hash", "data: # no comment\n\n"),
            ("events-apart", "data: a\n\ndata: b\n\ndata: c\n\n"), ("empty-lines", "\n\n\ndata: a\n\n\n\n\ndata: b\n\n\n"),
            ("backslash", "data: a\\nb\\\\c\n\n"),
            ("quotes", "data: \"quoted\" 'text'\n\n"), ("escapes", "data: %0A &amp; \\u0041\n\n"), ("looks-like-field", "data: data: x\n\n"),
            ("html", "data: <b>&lt;</b>\n\n")),
        .. Rows("space", Space,
            ("none", "data:a\n\n"), ("one", "data: a\n\n"), ("two", "data:  a\n\n"), ("three", "data:   a\n\n"), ("tab", "data:\ta\n\n"),
            ("space-tab", "data: \ta\n\n"),
            ("trailing", "data: a \n\n"), ("trailing-tab", "data: a\t\n\n"), ("only-one", "data: \n\n"), ("only-two", "data:  \n\n"),
            ("no-break", "data:\u00a0a\n\n"),
            ("ideographic", "data:\u3000a\n\n"), ("each-line", "data:a\ndata: b\ndata:  c\n\n"), ("of-event", "event:tick\ndata: a\n\n"),
            ("of-id", "id:1\ndata: a\n\n"), ("two-of-id", "id:  1\ndata: a\n\n"), ("trailing-of-id", "id: 1 \ndata: a\n\n"),
            ("two-of-event", "event:  tick\ndata: a\n\n"),
            ("trailing-of-event", "event: tick \ndata: a\n\n"), ("inside", "data: a  b\n\n")),
        .. Rows("colon", Colon,
            ("in-value", "data: a:b\n\n"), ("first-in-value", "data::a\n\n"), ("space-colon", "data: :a\n\n"), ("many", "data: a: b: c:\n\n"),
            ("url", "data: http://x/\n\n"),
            ("time", "id: 12:30:00\ndata: a\n\n"), ("in-event", "event: a:b\ndata: a\n\n"), ("only", "data: :\n\n")),
        .. Rows("no-colon", NoColon,
            ("data", "data\n\n"), ("data-twice", "data\ndata\n\n"), ("data-and-value", "data\ndata: a\n\n"),
            ("event", "event: tick\nevent\ndata: a\n\n"),
            ("id", "id: 1\ndata: a\n\nid\ndata: b\n\n"), ("retry", "retry\ndata: a\n\n"), ("unknown", "unknown\ndata: a\n\n"),
            ("standard-example", "data\n\ndata\ndata\n\ndata:\n\n")),
        .. Rows("comment", Comment,
            ("before", ": c\ndata: a\n\n"), ("inside", "data: a\n: c\ndata: b\n\n"), ("after", "data: a\n: c\n\n"), ("empty", ":\ndata: a\n\n"),
            ("tight", ":c\ndata: a\n\n"),
            ("with-field", ":data: x\ndata: a\n\n"), ("with-space-field", ": data: x\ndata: a\n\n"), ("alone", ": c\n\ndata: a\n\n"),
            ("many", ": 1\n: 2\n\n: 3\n\n\ndata: a\n\n"),
            ("colons", ":::\ndata: a\n\n"), ("id", ":id: 5\ndata: a\n\n"),
            ("keep-alive", ": keep-alive\n\n: keep-alive\n\ndata: a\n\n: keep-alive\n\n"),
            ("keeps-type", "event: tick\n: c\ndata: a\n\n"), ("utf-8", ": größe 日本\ndata: a\n\n")),
        .. Rows("name", Names,
            ("data-upper", "DATA: x\ndata: a\n\n"), ("data-title", "Data: x\ndata: a\n\n"), ("event-upper", "EVENT: tick\ndata: a\n\n"),
            ("event-title", "Event: tick\ndata: a\n\n"),
            ("id-upper", "ID: 1\ndata: a\n\n"), ("id-title", "Id: 1\ndata: a\n\n"), ("space-before", " data: x\ndata: a\n\n"),
            ("space-behind", "data : x\ndata: a\n\n"),
            ("tab-behind", "data\t: x\ndata: a\n\n"), ("longer", "datas: x\ndata: a\n\n"), ("shorter", "dat: x\ndata: a\n\n"),
            ("prefixed", "xdata: x\ndata: a\n\n"),
            ("event-longer", "events: tick\ndata: a\n\n"), ("id-longer", "ids: 1\ndata: a\n\n"), ("id-prefix", "i: 1\ndata: a\n\n"),
            ("event-id", "eventid: 1\ndata: a\n\n"),
            ("id-space", "id : 1\ndata: a\n\n"), ("event-space", "event : tick\ndata: a\n\n"), ("turkish", "\u0131d: 1\ndata: a\n\n"),
            ("full-width", "\uff44ata: x\ndata: a\n\n"),
            ("indented", "  data: x\n\tdata: y\ndata: a\n\n"), ("nul", "data\0: x\ndata: a\n\n")),
        .. Rows("unknown", Unknown,
            ("before", "foo: bar\ndata: a\n\n"), ("inside", "data: a\nfoo: bar\ndata: b\n\n"), ("after", "data: a\nfoo\n\n"),
            ("alone", "foo: bar\n\ndata: a\n\n"),
            ("json-line", "{\"a\": 1}\ndata: a\n\n"), ("equals", "data=x\ndata: a\n\n"), ("text", "some text\ndata: a\n\n"),
            ("http", "HTTP/1.1 200 OK\ndata: a\n\n"),
            ("type", "type: tick\ndata: a\n\n"), ("comment", "comment: c\ndata: a\n\n"), ("numbers", "1a\ndata: a\n\n"),
            ("utf-8", "größe: x\ndata: a\n\n"),
            ("last-event-id", "lastEventId: 5\ndata: a\n\n"), ("proto", "__proto__: x\nconstructor: y\ndata: a\n\n")),
        .. Rows("type", Type,
            ("named", "event: tick\ndata: a\n\n"), ("reset", "event: tick\ndata: a\n\ndata: b\n\n"), ("empty", "event:\ndata: a\n\n"),
            ("empty-space", "event: \ndata: a\n\n"),
            ("twice", "event: tick\nevent: tock\ndata: a\n\n"), ("emptied", "event: tick\nevent:\ndata: a\n\n"),
            ("message", "event: message\ndata: a\n\n"),
            ("after-data", "data: a\nevent: tick\n\n"), ("alternating", "event: tick\ndata: a\n\ndata: b\n\nevent: tock\ndata: c\n\n"),
            ("utf-8", "event: größe\ndata: a\n\n"),
            ("case", "event: Tick\ndata: a\n\n"), ("error", "event: error\ndata: a\n\n"), ("open", "event: open\ndata: a\n\n"),
            ("spaces-inside", "event: a tick\ndata: a\n\n"),
            ("number", "event: 1\ndata: a\n\n")),
        .. Rows("type-without-data", TypeReset,
            ("dropped", "event: tick\n\ndata: a\n\n"), ("twice", "event: tick\n\nevent: tock\n\ndata: a\n\n"),
            ("id-kept", "event: tick\nid: 1\n\ndata: a\n\n"),
            ("behind-comment", "event: tick\n: c\n\ndata: a\n\n"), ("behind-event", "data: a\n\nevent: tick\n\ndata: b\n\n"),
            ("no-event", "id: 1\n\nretry: 20\n\ndata: a\n\n")),
        .. Rows("id", Id,
            ("one", "id: 1\ndata: a\n\n"), ("persists", "id: 1\ndata: a\n\ndata: b\n\ndata: c\n\n"),
            ("changes", "id: 1\ndata: a\n\nid: 2\ndata: b\n\n"),
            ("emptied", "id: 1\ndata: a\n\nid:\ndata: b\n\ndata: c\n\n"), ("emptied-bare", "id: 1\ndata: a\n\nid\ndata: b\n\n"),
            ("twice", "id: 1\nid: 2\ndata: a\n\n"),
            ("without-data", "id: 1\n\ndata: a\n\n"), ("after-data", "data: a\nid: 1\n\n"), ("word", "id: abc-def\ndata: a\n\n"),
            ("utf-8", "id: größe-日本\ndata: a\n\n"),
            ("long", $"id: {new string('i', 1000)}\ndata: a\n\n"), ("zero", "id: 0\ndata: a\n\n"), ("leading-zeros", "id: 007\ndata: a\n\n"),
            ("negative", "id: -1\ndata: a\n\n"),
            ("large", "id: 99999999999999999999\ndata: a\n\n"), ("spaces-inside", "id: a b\ndata: a\n\n"),
            ("not-before-dispatch", "id: 1\ndata: a\n\nid: 2\nretry: 20\n\ndata: b\n\n"),
            ("emptied-then-set", "id: 1\ndata: a\n\nid\nid: 3\ndata: b\n\n"), ("json", "id: {\"a\":1}\ndata: a\n\n"),
            ("uuid", "id: 6ba7b810-9dad-11d1-80b4-00c04fd430c8\ndata: a\n\n")),
        .. Rows("id-nul", Nul,
            ("alone", "id: 1\ndata: a\n\nid: \0\ndata: b\n\n"), ("inside", "id: 1\ndata: a\n\nid: 2\0x\ndata: b\n\n"),
            ("last", "id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n"),
            ("first", "id: 1\ndata: a\n\nid: \0002\ndata: b\n\n"), ("without-earlier", "id: 1\0\ndata: a\n\n"),
            ("behind-right", "id: 1\nid: 2\0\ndata: a\n\n")),
        .. Rows("retry", Retry,
            ("digits", "retry: 20\ndata: a\n\n"), ("alone", "retry: 20\n\ndata: a\n\n"), ("zero", "retry: 0\ndata: a\n\n"),
            ("word", "retry: soon\ndata: a\n\n"), ("empty", "retry:\ndata: a\n\n"),
            ("negative", "retry: -1\ndata: a\n\n"), ("fraction", "retry: 1.5\ndata: a\n\n"), ("hex", "retry: 0x14\ndata: a\n\n"),
            ("space", "retry:  20\ndata: a\n\n"),
            ("unit", "retry: 20ms\ndata: a\n\n"), ("huge", "retry: 99999999999999999999999999\nretry: 20\ndata: a\n\n"),
            ("plus", "retry: +20\ndata: a\n\n"),
            ("arabic", "retry: ٢٠\ndata: a\n\n"), ("inside", "data: a\nretry: 20\ndata: b\n\n"), ("nul", "retry: 20\0\ndata: a\n\n"),
            ("exponent", "retry: 2e1\ndata: a\n\n"),
            ("underscore", "retry: 2_0\ndata: a\n\n"), ("thousand-digits", $"retry: {new string('9', 1000)}\nretry: 20\ndata: a\n\n")),
        .. new[]
        {
            ("data", "data: x"), ("data-line", "data: x\n"), ("two-lines", "data: x\ndata: y\n"), ("with-id", "id: 9\ndata: x\n"),
            ("with-type", "event: tick\ndata: x\n"),
            ("name", "dat"), ("colon", "data:"), ("comment", "data: x\n: c\n"), ("comment-alone", ": c"), ("cr", "data: x\r"),
            ("crlf", "data: x\r\n"), ("id-alone", "id: 9"),
            ("empty-data", "data\n"), ("field-behind", "data: x\nretry: 20"),
        }.Select(r => SeesUnfinished($"unfinished/{r.Item1}", Unfinished, Bytes(r.Item2)).Broken()),
        .. Many(),
    ];

    private static IEnumerable<ConformanceCase> Rows(string group, ConformanceRule rule, params (string Name, string Stream)[] rows)
        => rows.Select(r => Sees($"{group}/{r.Name}", rule, Bytes(r.Stream)).Broken(rule == Names || rule == Nul || IsBadRetry(group, r.Name)));

    private static bool IsBadRetry(string group, string name) => group == "retry" && name is not ("digits" or "alone" or "zero" or "inside");

    private static IEnumerable<ConformanceCase> Many()
    {
        foreach (int length in new[] { 255, 256, 1023, 1024, 4095, 4096, 8191, 8192, 16_383, 16_384, 65_535, 65_536, 200_000 })
        {
            string size = length.ToString(CultureInfo.InvariantCulture);
            yield return SeesLarge($"size/data-of-{size}", Data, Bytes($"data: {new string('d', length)}\n\n"));
        }

        yield return SeesLarge("size/line-of-1m", Data, Bytes($"data: {new string('d', 1 << 20)}\n\n"));
        yield return SeesLarge("size/comment-of-100k", Comment, Bytes($":{new string('c', 100_000)}\ndata: a\n\n"));
        yield return SeesLarge("size/thousand-lines", Data, Bytes(string.Concat(Enumerable.Range(0, 1000).Select(i => $"data: line {i}\n")) + "\n"));
        yield return Sees("size/thousand-events", Data, Bytes(string.Concat(Enumerable.Range(0, 1000).Select(i => $"id: {i}\ndata: event {i}\n\n"))));
        yield return Sees("size/ten-thousand-empty-lines", Data, Bytes(new string('\n', 10_000) + "data: a\n\n"));
        yield return Sees("size/thousand-comments", Comment, Bytes(string.Concat(Enumerable.Repeat(": c\n", 1000)) + "data: a\n\n"));
    }
}
