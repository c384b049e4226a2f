using System.Globalization;
using StackExchange.Redis;

namespace WireProtocols.Redis;

/// <summary>What says where Redis is: the form of StackExchange.Redis, or a URI.</summary>
internal static class RedisUri
{
    private const int DefaultPort = 6379;

    /// <exception cref="ArgumentException">It is of no use.</exception>
    public static ConfigurationOptions Parse(string configuration)
    {
        if (!configuration.Contains("://", StringComparison.Ordinal))
        {
            return ConfigurationOptions.Parse(configuration);
        }

        if (!Uri.TryCreate(configuration, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("redis" or "rediss") || uri.Host.Length == 0)
        {
            throw new ArgumentException($"'{configuration}' is no URI of the form redis://user:password@host:6379/0.", nameof(configuration));
        }

        ConfigurationOptions options = new() { Ssl = uri.Scheme == "rediss" };
        options.EndPoints.Add(uri.DnsSafeHost, uri.Port < 0 ? DefaultPort : uri.Port);
        string[] user = uri.UserInfo.Split(':', 2);
        options.User = user is [{ Length: > 0 } name, _] ? Uri.UnescapeDataString(name) : null;
        options.Password = user.Length == 2 ? Uri.UnescapeDataString(user[1]) : null;
        string database = uri.AbsolutePath.Trim('/');
        if (database.Length > 0)
        {
            options.DefaultDatabase = int.TryParse(database, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                ? number
                : throw new ArgumentException($"'{database}' is no number of a database.", nameof(configuration));
        }

        return options;
    }
}
