using System.Globalization;
using System.Text;
using WireProtocols.Testing;

namespace WireProtocols.Conformance;

/// <summary>Requests to an HTTP/1.1 server. Whatever they are, what comes back are responses, and a refusal is no fault of the server's.</summary>
/// <param name="target">What half of the requests ask for, a path with its query.</param>
internal sealed class HttpRound(string target) : ServerRound
{
    protected override FuzzFormat Format { get; } = new RequestFormat(target);

    public override async Task ReachAsync(ConformanceContext context)
    {
        await using RawConnection connection = await RawConnection.OpenAsync(context);
    }

    public override async Task<ServerVerdict?> PlayAsync(ConformanceContext context, IReadOnlyList<byte[]> elements)
    {
        await using RawConnection connection = await RawConnection.OpenAsync(context);
        foreach (byte[] element in elements)
        {
            await connection.SendAsync(element, "request");
        }

        connection.EndSending();
        FillResult end;
        do
        {
            end = await connection.FillAsync(context.Options.Timeout);
        }
        while (end == FillResult.Data);
        return end == FillResult.Silence
            ? new ServerVerdict("hang", "", "the connection does not end, though its requests have")
            : Judge(connection.Buffered, end == FillResult.Reset);
    }

    private static ServerVerdict? Judge(ReadOnlySpan<byte> answers, bool isReset)
    {
        while (!answers.IsEmpty)
        {
            int end = answers.IndexOf("\r\n\r\n"u8);
            string head = Encoding.Latin1.GetString(end < 0 ? answers : answers[..end]);
            if (!head.StartsWith("HTTP/1.", StringComparison.Ordinal) || head.Length < 12
                || !int.TryParse(head.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out int status) || status is < 100 or > 599)
            {
                return isReset ? null : new ServerVerdict("wrong-code", "RFC 9112 §4", $"no response but '{head[..Math.Min(60, head.Length)]}'");
            }

            if (status == 500)
            {
                return new ServerVerdict("wrong-code", "RFC 9110 §15.6.1", $"'{head.Split('\r')[0]}': the server failed at what a client sent");
            }

            answers = end < 0 ? default : Next(answers[(end + 4)..]);
        }

        return null;
    }

    /// <summary>Bodies are not followed: the next response begins at what can only be a status line.</summary>
    private static ReadOnlySpan<byte> Next(ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<byte> version = "HTTP/1."u8;
        for (int at = rest.IndexOf(version); at >= 0; at = rest.IndexOf(version))
        {
            rest = rest[at..];
            if (rest.Length >= 12 && rest[8] == ' ' && !rest[9..12].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            {
                return rest;
            }

            rest = rest[version.Length..];
        }

        return default;
    }
}
