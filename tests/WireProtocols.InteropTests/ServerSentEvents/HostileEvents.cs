using WireProtocols.ServerSentEvents;

namespace WireProtocols.InteropTests.ServerSentEvents;

/// <summary>Random events whose every field tries to be something else.</summary>
internal static class HostileEvents
{
    private static readonly string[] Pieces =
    [
        "a", " ", "  ", ":", "data: x", "event: y", "id: z", "retry: 1", "\\n", "\uFEFF", "\u2028", "\u0085", "\u00A0", "日本", "😀", "\t", "\u0001",
        "\u001F", "\"", "</script>",
    ];

    private static readonly string[] LineEnds = ["\n", "\r", "\r\n", "\n\n", "\r\r", "\n\r", "\r\n\r\n"];

    public static IReadOnlyList<ServerSentEvent> Create(int count, int seed)
    {
        Random random = new(seed);
        List<ServerSentEvent> events = [];
        for (int i = 0; i < count; i++)
        {
            string type = random.Next(3) == 0 ? Text(random, lines: false) : "";
            events.Add(new ServerSentEvent(type, Text(random, lines: true), $"{i}-{Text(random, lines: false)}".Trim()));
        }

        return events;
    }

    /// <summary>What a reader has to see of an event: every line end is an LF, and no type is <c>message</c>.</summary>
    public static ServerSentEvent AsRead(ServerSentEvent written) => new(
        written.Type.Length == 0 ? "message" : written.Type,
        written.Data.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'),
        written.LastEventId);

    private static string Text(Random random, bool lines)
        => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_
            => lines && random.Next(3) == 0 ? random.GetItems(LineEnds, 1)[0] : random.GetItems(Pieces, 1)[0]));
}
