using System.Globalization;

namespace WireProtocols.Benchmarks.Load;

/// <summary>What the fan-out client asks for: <c>/publish?events=N&amp;length=N</c>.</summary>
/// <param name="Events">How many events to everybody.</param>
/// <param name="Data">The data of each.</param>
public sealed record EventsOrder(int Events, string Data)
{
    public const string Path = "/publish";

    public static EventsOrder Parse(string query)
    {
        string[] parts = query.TrimStart('?').Split('&', '=');
        return parts is ["events", var events, "length", var length]
            ? new EventsOrder(
                int.Parse(events, CultureInfo.InvariantCulture), new string('x', int.Parse(length, CultureInfo.InvariantCulture)))
            : throw new FormatException($"'{query}' is no order.");
    }
}
