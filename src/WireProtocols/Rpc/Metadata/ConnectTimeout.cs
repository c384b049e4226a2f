using System.Globalization;

namespace WireProtocols.Rpc;

/// <summary>The value of <c>connect-timeout-ms</c>: milliseconds in at most ten digits (connect-protocol §Unary-Request).</summary>
public static class ConnectTimeout
{
    private const int MaxDigits = 10;
    private const long MaxValue = 9_999_999_999;

    /// <summary>Reads a timeout.</summary>
    /// <returns>False where it is not "positive integer as ASCII string of at most 10 digits".</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 1 or > MaxDigits || text.ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        timeout = TimeSpan.FromMilliseconds(long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture));
        return timeout > TimeSpan.Zero;
    }

    /// <summary>Writes a timeout, rounded up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive, or longer than 9999999999 milliseconds.</exception>
    public static string Format(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        long milliseconds = (timeout.Ticks / TimeSpan.TicksPerMillisecond) + (timeout.Ticks % TimeSpan.TicksPerMillisecond == 0 ? 0 : 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(milliseconds, MaxValue, nameof(timeout));
        return milliseconds.ToString(CultureInfo.InvariantCulture);
    }
}
