using System.Text;

namespace WireProtocols.Conformance;

/// <summary>An event as a client has to see it, or as it reported it.</summary>
/// <param name="Type">The type.</param>
/// <param name="Data">The data.</param>
/// <param name="LastEventId">Null where a client does not say it.</param>
internal sealed record ReaderEvent(string Type, string Data, string? LastEventId)
{
    public static ReaderEvent? Of(ClientReport report)
        => report.Kind == "event" ? new ReaderEvent(report.Text("type") ?? "message", report.Text("data") ?? "", report.Text("lastEventId")) : null;

    /// <summary>What differs, in words; null where they are the same.</summary>
    public static string? Compare(ReaderEvent right, ReaderEvent seen)
        => right.Type != seen.Type ? $"the type '{Show(seen.Type)}' and not '{Show(right.Type)}'"
            : right.Data != seen.Data ? $"the data '{Show(seen.Data)}' and not '{Show(right.Data)}'"
            : seen.LastEventId is { } id && id != right.LastEventId ? $"lastEventId '{Show(id)}' and not '{Show(right.LastEventId!)}'"
            : null;

    public override string ToString() => $"{Show(Type)} '{Show(Data)}'{(LastEventId is { Length: > 0 } id ? $" ({Show(id)})" : "")}";

    public static string Show(string text)
    {
        StringBuilder shown = new();
        foreach (char character in text.Length > 50 ? text[..50] : text)
        {
            shown.Append(character switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                < ' ' or '\ufeff' or '\ufffd' or '\u0085' or '\u2028' => $"\\u{(int)character:x4}",
                _ => character.ToString(),
            });
        }

        return text.Length > 50 ? $"{shown}… ({text.Length} characters)" : shown.ToString();
    }
}

/// <summary>What a stream means: the steps of HTML §9.2.6, one after the other and without haste.</summary>
internal sealed class ReaderReference(string lastEventId = "")
{
    private readonly StringBuilder _data = new();
    private readonly List<ReaderEvent> _events = [];
    private string _type = "";
    private string _id = lastEventId;

    public string LastEventId { get; private set; } = lastEventId;

    /// <summary>The events of one stream. Its lines are whole where the stream is.</summary>
    public IReadOnlyList<ReaderEvent> Read(ReadOnlySpan<byte> stream)
    {
        string text = Encoding.UTF8.GetString(stream);
        text = text.StartsWith('\ufeff') ? text[1..] : text;
        int at = 0;
        while (text.IndexOfAny(['\r', '\n'], at) is >= 0 and int end)
        {
            TakeLine(text[at..end]);
            at = end + (text.AsSpan(end).StartsWith("\r\n") ? 2 : 1);
        }

        return _events;
    }

    private void TakeLine(string line)
    {
        int colon = line.IndexOf(':', StringComparison.Ordinal);
        if (line.Length == 0)
        {
            Dispatch();
        }
        else if (colon < 0)
        {
            TakeField(line, "");
        }
        else if (colon > 0)
        {
            string value = line[(colon + 1)..];
            TakeField(line[..colon], value.StartsWith(' ') ? value[1..] : value);
        }
    }

    private void TakeField(string name, string value)
    {
        switch (name)
        {
            case "event":
                _type = value;
                break;
            case "data":
                _data.Append(value).Append('\n');
                break;
            case "id" when !value.Contains('\0', StringComparison.Ordinal):
                _id = value;
                break;
        }
    }

    private void Dispatch()
    {
        LastEventId = _id;
        if (_data.Length > 0)
        {
            _events.Add(new ReaderEvent(_type.Length > 0 ? _type : "message", _data.ToString(0, _data.Length - 1), LastEventId));
        }

        _data.Clear();
        _type = "";
    }
}
