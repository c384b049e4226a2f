using System.Globalization;
using System.Text;
using System.Text.Json;

namespace WireProtocols.Cli.IO;

/// <summary>What every row of one direction of a connection says besides its own: the connection, the sender, the time.</summary>
/// <param name="Stream">The number of the connection, where there are several; 0 for none.</param>
/// <param name="From"><c>client</c> or <c>server</c>, or null.</param>
/// <param name="Clock">Tells the time, where rows have it.</param>
internal sealed record RowLabel(int Stream, string? From, Func<DateTimeOffset>? Clock)
{
    public static RowLabel None { get; } = new(0, null, null);

    /// <summary>Adds the properties to a row.</summary>
    public void WriteTo(Utf8JsonWriter row)
    {
        if (Stream > 0)
        {
            row.WriteNumber("stream"u8, Stream);
        }

        if (From is not null)
        {
            row.WriteString("from"u8, From);
        }

        if (Clock is not null)
        {
            row.WriteString("time"u8, Clock().UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.ffffffZ", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The words before a heading: <c>12:30:00.123 #1 client → </c>.</summary>
    public string ToHeading()
    {
        StringBuilder heading = new();
        if (Clock is not null)
        {
            heading.Append(Clock().ToString("HH:mm:ss.fff ", CultureInfo.InvariantCulture));
        }

        if (Stream > 0)
        {
            heading.Append(CultureInfo.InvariantCulture, $"#{Stream} ");
        }

        return From is null ? heading.ToString() : heading.Append(From).Append(" → ").ToString();
    }
}
