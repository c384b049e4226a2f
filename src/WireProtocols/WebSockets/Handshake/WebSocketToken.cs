using System.Text;
using WireProtocols.Http1;

namespace WireProtocols.WebSockets;

/// <summary>The tokens of a handshake: names and values of extensions, subprotocols (RFC 6455 §4.1, §9.1).</summary>
internal static class WebSocketToken
{
    /// <summary>Checks a token of the caller's.</summary>
    /// <exception cref="ArgumentException">The value is no token.</exception>
    public static string Check(string value, string parameter)
    {
        ArgumentNullException.ThrowIfNull(value, parameter);
        return Ascii.IsValid(value) && Http1Grammar.IsToken(Encoding.ASCII.GetBytes(value))
            ? value
            : throw new ArgumentException("The value has to be a token (RFC 9110 §5.6.2).", parameter);
    }
}
