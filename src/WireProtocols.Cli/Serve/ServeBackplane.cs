using WireProtocols.Backplane;
using WireProtocols.Nats;
using WireProtocols.Redis;

namespace WireProtocols.Cli.Serve;

/// <summary>The backplane that <c>--backplane</c> names.</summary>
internal static class ServeBackplane
{
    /// <summary>The schemes that there are.</summary>
    private static readonly string[] Schemes = ["redis", "rediss", "nats", "tls"];

    /// <returns>Whether a URL names one.</returns>
    public static bool IsOne(string url)
        => Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && Schemes.Contains(uri.Scheme, StringComparer.Ordinal) && uri.Host.Length > 0;

    /// <summary>Joins it, and says so when it is lost and when it is back.</summary>
    /// <exception cref="ToolException">The URL is of no use.</exception>
    public static BackplaneNode Join(string url, TextWriter log)
    {
        BackplaneNode node = new(Create(url));
        node.StateChanged += (_, _) => log.WriteLine(
            node.State == BackplaneState.Connected
                ? "wire serve: the backplane answers"
                : $"wire serve: {node.LossReason?.Message ?? "The backplane is lost"}");
        return node;
    }

    private static IBackplane Create(string url)
    {
        try
        {
            return url.StartsWith("redis", StringComparison.Ordinal) ? new RedisBackplane(url) : new NatsBackplane(url);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException)
        {
            throw ToolException.Usage($"--backplane: {exception.Message}");
        }
    }
}
