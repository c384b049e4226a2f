using System.Text;

namespace WireProtocols.WebSockets;

/// <summary>The value of an Authorization field with a user and a password (RFC 7617 §2).</summary>
internal static class BasicCredentials
{
    /// <summary>The value for a user and a password.</summary>
    public static string Of(string user, string password) => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"))}";

    /// <summary>The value for the user information of a URI.</summary>
    public static string Of(string userInfo)
    {
        int colon = userInfo.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? Of(Uri.UnescapeDataString(userInfo), "")
            : Of(Uri.UnescapeDataString(userInfo[..colon]), Uri.UnescapeDataString(userInfo[(colon + 1)..]));
    }
}
