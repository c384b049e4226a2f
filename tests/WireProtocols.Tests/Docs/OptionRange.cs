using System.Globalization;
using System.Reflection;

namespace WireProtocols.Tests.Docs;

/// <summary>Which values an option takes, found by trying: everything from the least to the greatest one around its default.</summary>
public static class OptionRange
{
    private static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>The range as people write it; nothing where every value of the type is taken.</summary>
    public static string Describe(PropertyInfo property)
    {
        ArgumentNullException.ThrowIfNull(property);
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if (type == typeof(TimeSpan))
        {
            return DescribeTimes(property);
        }

        if (type != typeof(int) && type != typeof(long))
        {
            return "";
        }

        (long Least, long Greatest) range = type == typeof(int) ? (int.MinValue, int.MaxValue) : (long.MinValue, long.MaxValue);
        Func<long, object> toValue = number => Convert.ChangeType(number, type, CultureInfo.InvariantCulture);
        (long least, long greatest) = Find(property, range.Least, range.Greatest, toValue);
        if (least == greatest)
        {
            long[] powers = [.. Enumerable.Range(0, 63).Select(bits => 1L << bits)
                .Where(number => number <= range.Greatest && Takes(property, toValue(number)))];
            return $"powers of two from {Defaults.Describe(powers[0])} to {Defaults.Describe(powers[^1])}";
        }

        string from = least == range.Least ? "" : string.Create(CultureInfo.InvariantCulture, $"from {least}");
        string to = greatest == range.Greatest ? "" : $"to {Defaults.Describe(greatest)}";
        return $"{from} {to}".Trim();
    }

    private static string DescribeTimes(PropertyInfo property)
    {
        (long least, long greatest) = Find(property, TimeSpan.MinValue.Ticks, TimeSpan.MaxValue.Ticks, ticks => TimeSpan.FromTicks(ticks));
        string from = least switch
        {
            long.MinValue => "",
            0 => "from 0 s",
            1 => "above 0 s",
            _ => $"from {TimeSpan.FromTicks(least)}",
        };
        string to = greatest switch
        {
            long.MaxValue => "",
            _ when greatest == LongestTimer.Ticks => "to 49.7 days",
            _ => $"to {TimeSpan.FromTicks(greatest)}",
        };
        string infinite = least > Timeout.InfiniteTimeSpan.Ticks && Takes(property, Timeout.InfiniteTimeSpan) ? ", or no limit" : "";
        return $"{from} {to}".Trim() + infinite;
    }

    private static (long Least, long Greatest) Find(PropertyInfo property, long lowest, long highest, Func<long, object> toValue)
    {
        long inside = Inside(property);
        return (Edge(lowest), Edge(highest));

        long Edge(long outermost)
        {
            if (Takes(property, toValue(outermost)))
            {
                return outermost;
            }

            // The nearer one is taken, the farther one is not; what is between them is halved.
            (Int128 near, Int128 far) = (inside, outermost);
            while (Int128.Abs(far - near) > 1)
            {
                Int128 middle = near + ((far - near) / 2);
                (near, far) = Takes(property, toValue((long)middle)) ? (middle, far) : (near, middle);
            }

            return (long)near;
        }
    }

    /// <summary>A value that is taken: the default, or one where that is none.</summary>
    private static long Inside(PropertyInfo property) => property.GetValue(Activator.CreateInstance(property.DeclaringType!)) switch
    {
        TimeSpan time when time != Timeout.InfiniteTimeSpan => time.Ticks,
        TimeSpan => TimeSpan.TicksPerSecond,
        null when (Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType) == typeof(TimeSpan) => TimeSpan.TicksPerSecond,
        null => 8,
        { } number => Convert.ToInt64(number, CultureInfo.InvariantCulture),
    };

    private static bool Takes(PropertyInfo property, object value)
    {
        try
        {
            property.SetValue(Activator.CreateInstance(property.DeclaringType!), value);
            return true;
        }
        catch (TargetInvocationException exception) when (exception.InnerException is ArgumentOutOfRangeException)
        {
            return false;
        }
    }
}
