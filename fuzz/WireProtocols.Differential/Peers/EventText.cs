namespace WireProtocols.Differential;

/// <summary>An event as a line.</summary>
internal static class EventText
{
    public static string Of(string type, string data, string lastEventId) => $"{type}|{data}|{lastEventId}";
}
