using System.Globalization;
using System.Reflection;
using System.Text;

namespace WireProtocols.Tests.Docs;

/// <summary>The defaults of every options type of the packages, and what each takes, read from the code.</summary>
public static class Defaults
{
    public static string ToMarkdown(params Assembly[] assemblies)
    {
        StringBuilder table = new("| option | default | takes |\n|---|---|---|\n");
        foreach (Type type
            in assemblies.SelectMany(a => a.GetExportedTypes()).Where(t => t.Name.EndsWith("Options", StringComparison.Ordinal))
                .OrderBy(t => t.Name, StringComparer.Ordinal))
        {
            object options = Activator.CreateInstance(type)!;
            foreach (PropertyInfo property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(IsValue))
            {
                string value = Describe(property.GetValue(options));
                table.Append(CultureInfo.InvariantCulture, $"| `{type.Name}.{property.Name}` | {value} | {OptionRange.Describe(property)} |\n");
            }
        }

        return table.ToString();
    }

    /// <summary>A limit, a time or a switch; not a delegate, a clock, or the options of another part.</summary>
    private static bool IsValue(PropertyInfo property)
    {
        Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type.IsPrimitive || type.IsEnum || type == typeof(TimeSpan);
    }

    public static string Describe(object? value) => value switch
    {
        null => "none",
        bool isOn => isOn ? "on" : "off",
        TimeSpan time when time == Timeout.InfiniteTimeSpan => "no limit",
        TimeSpan time => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds} s"),
        int or long when Convert.ToInt64(value, CultureInfo.InvariantCulture) is var number => DescribeNumber(number),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string DescribeNumber(long number) => number switch
    {
        int.MaxValue or long.MaxValue => "no limit",
        >= 1 << 20 when number % (1 << 20) == 0 => string.Create(CultureInfo.InvariantCulture, $"{number >> 20} MiB"),
        >= 1 << 10 when number % (1 << 10) == 0 => string.Create(CultureInfo.InvariantCulture, $"{number >> 10} KiB"),
        _ => number.ToString(CultureInfo.InvariantCulture),
    };
}
