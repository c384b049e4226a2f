using System.CommandLine;
using System.Globalization;
using WireProtocols.WebTransport;

namespace WireProtocols.Cli.Common;

/// <summary>The option <c>--dialect draft-15|draft-14|…</c>.</summary>
internal static class DialectOption
{
    private const string Prefix = "draft-";

    /// <summary>The drafts of WebTransport that there is a difference between, and those after them up to the next.</summary>
    private const int Oldest = 2;

    private const int Newest = 16;

    public static Option<string> Create()
    {
        Option<string> dialect = new("--dialect")
        {
            Description = $"The draft of WebTransport, {Prefix}{Oldest:00} to {Prefix}{Newest}: which WT_STREAM ends a stream, and what "
                + $"WT_RESET_STREAM holds.",
            HelpName = "DRAFT",
            DefaultValueFactory = _ => $"{Prefix}{Newest}",
        };
        dialect.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && Find(token.Value) is null)
            {
                result.AddError($"--dialect is {Prefix}{Oldest:00} to {Prefix}{Newest}.");
            }
        });
        return dialect;
    }

    public static WebTransportDialect Parse(string? value) => Find(value ?? "") ?? WebTransportDialect.Draft15;

    private static WebTransportDialect? Find(string value)
        => value.StartsWith(Prefix, StringComparison.Ordinal)
            && int.TryParse(value.AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int draft)
                && draft is >= Oldest and <= Newest
            ? WebTransportDialects.All.First(d => (int)d <= draft)
            : null;
}
