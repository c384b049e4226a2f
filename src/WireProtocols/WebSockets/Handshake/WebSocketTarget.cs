using System.Globalization;
using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>
/// The resource name of a WebSocket URI (RFC 6455 §3): "/" where the path is empty, the path, "?" and the query where there is one. What a URI as
/// people write it has and a request target may not have (RFC 9112 §3.2.1), such as <c>[ ] | { } ^</c>, is percent-encoded.
/// </summary>
internal static class WebSocketTarget
{
    /// <summary>The target for a path and query.</summary>
    public static string Escape(string pathAndQuery)
    {
        StringBuilder target = new(pathAndQuery.StartsWith('/') ? "" : "/");
        foreach (byte value in Encoding.UTF8.GetBytes(pathAndQuery))
        {
            if (MayStand(value))
            {
                target.Append((char)value);
            }
            else
            {
                target.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
            }
        }

        return target.ToString();
    }

    /// <summary>A percent sign is taken for one of an escape that is there already, as <see cref="Uri"/> leaves none alone.</summary>
    private static bool MayStand(byte value)
        => value is (byte)'%' or (byte)'/' or (byte)'?' || (value < 0x80 && Http1Target.IsValid("GET"u8, [(byte)'/', value]));
}
