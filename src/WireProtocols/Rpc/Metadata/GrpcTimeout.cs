using System.Globalization;

namespace WireProtocols.Rpc;

/// <summary>The value of <c>grpc-timeout</c>: at most eight digits and a unit (PROTOCOL-HTTP2 §Requests).</summary>
public static class GrpcTimeout
{
    private const int MaxDigits = 8;
    private const long MaxValue = 99_999_999;

    /// <summary>Reads a timeout. What is finer than a tick of <see cref="TimeSpan"/> is rounded up, so that it stays positive.</summary>
    /// <returns>False where it is not "positive integer as ASCII string of at most 8 digits" and a unit.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > MaxDigits + 1 || text[..^1].ContainsAnyExceptInRange('0', '9'))
        {
            return false;
        }

        long value = long.Parse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture);
        long ticks = text[^1] switch
        {
            'H' => value * TimeSpan.TicksPerHour,
            'M' => value * TimeSpan.TicksPerMinute,
            'S' => value * TimeSpan.TicksPerSecond,
            'm' => value * TimeSpan.TicksPerMillisecond,
            'u' => value * TimeSpan.TicksPerMicrosecond,
            'n' => (value + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick,
            _ => 0,
        };
        timeout = new TimeSpan(ticks);
        return ticks > 0;
    }

    /// <summary>Writes a timeout in the finest unit that it fits in, rounded up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not positive, or longer than 99999999 hours.</exception>
    public static string Format(TimeSpan timeout)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(timeout, TimeSpan.Zero);
        long ticks = timeout.Ticks;
        if (ticks <= MaxValue / TimeSpan.NanosecondsPerTick)
        {
            return Text(ticks * TimeSpan.NanosecondsPerTick, 'n');
        }

        ReadOnlySpan<(char Unit, long Ticks)> units
            =
            [
                ('u', TimeSpan.TicksPerMicrosecond), ('m', TimeSpan.TicksPerMillisecond), ('S', TimeSpan.TicksPerSecond),
                ('M', TimeSpan.TicksPerMinute), ('H', TimeSpan.TicksPerHour),
            ];
        foreach ((char unit, long size) in units)
        {
            long value = (ticks / size) + (ticks % size == 0 ? 0 : 1);
            if (value <= MaxValue)
            {
                return Text(value, unit);
            }
        }

        throw new ArgumentOutOfRangeException(nameof(timeout), timeout, "A timeout is at most 99999999 hours.");
    }

    private static string Text(long value, char unit) => string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
}
