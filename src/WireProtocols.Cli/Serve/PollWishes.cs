using System.Globalization;

namespace WireProtocols.Cli.Serve;

/// <summary>What a poll asks for.</summary>
/// <param name="Since">The last event that the client has seen; 0 for none.</param>
/// <param name="IsConditional">Whether it came with <c>If-None-Match</c> (RFC 9110 §13.1.2), so that 304 says that there is nothing new.</param>
/// <param name="Patience">How long the client waits for a new event.</param>
/// <param name="PreferredWait">The wait of <c>Prefer: wait</c> (RFC 7240 §4.3) where that is what decided; else null.</param>
internal sealed record PollWishes(long Since, bool IsConditional, TimeSpan Patience, TimeSpan? PreferredWait)
{
    private const int LongestTimeout = 60_000;

    public static PollWishes Of(ServeRequest request)
    {
        string? tags = request.GetField("if-none-match"u8);
        long since = Math.Max(Number(request.GetQuery("since")), tags is null ? 0 : NewestOf(tags));
        if (request.GetQuery("timeout") is not null)
        {
            return new PollWishes(since, tags is not null, TimeSpan.FromMilliseconds(request.GetQuery("timeout", 25_000, 0, LongestTimeout)), null);
        }

        TimeSpan? preferred = PreferredWaitOf(request.GetField("prefer"u8));
        return new PollWishes(since, tags is not null, preferred ?? (tags is null ? TimeSpan.FromSeconds(25) : TimeSpan.Zero), preferred);
    }

    /// <summary>The newest event that an entity tag names. "*" matches whatever there is.</summary>
    private static long NewestOf(string tags)
        => tags.Trim() == "*" ? long.MaxValue : tags.Split(',').Max(t => Number(t.Trim().Replace("W/", "", StringComparison.Ordinal).Trim('"')));

    private static TimeSpan? PreferredWaitOf(string? preferences)
    {
        foreach (string preference in (preferences ?? "").Split(','))
        {
            string[] parts = preference.Split(';')[0].Split('=', StringSplitOptions.TrimEntries);
            if (parts is [var name, var value] && name.Equals("wait", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int seconds))
            {
                return TimeSpan.FromSeconds(Math.Min(seconds, LongestTimeout / 1000));
            }
        }

        return null;
    }

    private static long Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) ? value : 0;
}
