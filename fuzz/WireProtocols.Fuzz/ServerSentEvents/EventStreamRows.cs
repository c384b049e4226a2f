using System.Text;
using System.Text.Json;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Fuzz.ServerSentEvents;

/// <summary>Elements as rows to compare. Strings are written as JSON, so that a row is one line.</summary>
public static class EventStreamRows
{
    public static string Of(EventStreamElement element, bool withOffset)
    {
        string at = withOffset ? $"{element.Offset} " : "";
        return element.Kind switch
        {
            EventStreamElementKind.Event
                => $"event {at}{element.GetTypeString()} {Quote(element.GetDataString())} {Quote(Encoding.UTF8.GetString(element.LastEventId))}",
            EventStreamElementKind.Comment => $"comment {at}{Quote(element.GetDataString())}",
            EventStreamElementKind.Retry => $"retry {at}{element.RetryMilliseconds}",
            _ => $"skipped {at}{element.Error}",
        };
    }

    public static string Quote(string text) => JsonSerializer.Serialize(text);
}
