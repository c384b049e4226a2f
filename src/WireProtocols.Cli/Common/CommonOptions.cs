using System.CommandLine;
using WireProtocols.ServerSentEvents;

namespace WireProtocols.Cli.Common;

/// <summary>Options that more than one verb has.</summary>
internal static class CommonOptions
{
    /// <summary>An option that takes a whole number of at least <paramref name="least"/>.</summary>
    public static Option<int> Count(string name, string description, int standard, int least)
    {
        Option<int> option = new(name)
        {
            Description = description,
            HelpName = "N",
            DefaultValueFactory = _ => standard,
            Recursive = true,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out int value) && value < least)
            {
                result.AddError($"{name} has to be at least {least}.");
            }
        });
        return option;
    }

    /// <summary>A FILE that may be left out. What begins with a hyphen is an option with a slip of the pen.</summary>
    public static Argument<string?> FileArgument(string description)
    {
        Argument<string?> file = new("FILE") { Description = description, Arity = ArgumentArity.ZeroOrOne };
        file.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value.Length > 1 && token.Value[0] == '-')
            {
                result.AddError($"Unrecognized option '{token.Value}'.");
            }
        });
        return file;
    }

    /// <summary>The option <c>--last-event-id S</c>.</summary>
    public static Option<string> LastEventId(string description)
    {
        Option<string> option = new("--last-event-id") { Description = description, HelpName = "S", DefaultValueFactory = _ => "" };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && token.Value.AsSpan().ContainsAny('\0', '\n', '\r'))
            {
                result.AddError("--last-event-id holds no NUL, LF or CR.");
            }
        });
        return option;
    }

    /// <summary>The option <c>--from client|server</c>.</summary>
    public static Option<string> From(string description)
    {
        Option<string> from = new("--from") { Description = description, DefaultValueFactory = _ => "client" };
        from.AcceptOnlyFromAmong("client", "server");
        return from;
    }

    /// <summary>Limits that one option raises together.</summary>
    public static EventStreamOptions EventStreamLimits(int maxElement)
    {
        int limit = Math.Max(maxElement, EventStreamOptions.MinimumLimit);
        return new EventStreamOptions { MaxLineLength = limit, MaxEventLength = limit, MaxFieldLength = limit };
    }
}
