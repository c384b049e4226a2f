using System.Globalization;

namespace WireProtocols.Testing;

/// <summary>A command line: what stands by itself, and options with a value each.</summary>
internal sealed class FuzzArguments
{
    private readonly Dictionary<string, string> _options = [];
    private readonly List<string> _words = [];

    /// <exception cref="ArgumentException">An option is unknown or has no value.</exception>
    public FuzzArguments(IEnumerable<string> arguments, params string[] known)
    {
        using IEnumerator<string> argument = arguments.GetEnumerator();
        while (argument.MoveNext())
        {
            if (!argument.Current.StartsWith("--", StringComparison.Ordinal))
            {
                _words.Add(argument.Current);
                continue;
            }

            string name = argument.Current;
            if (!known.Contains(name))
            {
                throw new ArgumentException($"There is no option '{name}', only: {string.Join(", ", known)}.", nameof(arguments));
            }

            _options[name] = argument.MoveNext() ? argument.Current : throw new ArgumentException($"'{name}' wants a value.", nameof(arguments));
        }
    }

    /// <summary>What stands by itself.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>The value of an option; null where it is not given.</summary>
    public string? this[string option] => _options.GetValueOrDefault(option);

    /// <summary>Those of the options that are given, as a command line.</summary>
    public static IEnumerable<string> Spread(FuzzArguments arguments, params string[] options)
        => options.Where(o => arguments[o] is not null).SelectMany(o => new[] { o, arguments[o]! });

    /// <summary>The same as a number that is not negative.</summary>
    /// <exception cref="ArgumentException">It is none.</exception>
    public long? Number(string option)
        => this[option] is not { } value ? null
            : long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number
            : throw new ArgumentException($"'{option}' wants a number, not '{value}'.", nameof(option));
}
