using System.Globalization;

namespace WireProtocols.Conformance;

/// <summary>Dates as HTTP writes them.</summary>
internal static class Http1Dates
{
    /// <summary>Whether it is an IMF-fixdate, day of the week included.</summary>
    public static bool IsRight(string date) => TryParse(date, out _);

    public static bool TryParse(string date, out DateTime time)
        => DateTime.TryParseExact(
            date,
            "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out time) && time.ToString("ddd, dd MMM yyyy HH:mm:ss 'GMT'", CultureInfo.InvariantCulture) == date;
}
