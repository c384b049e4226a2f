using System.Collections.Immutable;

namespace WireProtocols.WebSockets;

/// <summary>The value of a Sec-WebSocket-Extensions field (RFC 6455 §9.1): extensions in the order of preference, or of application.</summary>
public static class WebSocketExtensionList
{
    /// <summary>Parses the value of one field line. A parameter that stands twice is kept: what that means is for the extension to say.</summary>
    /// <param name="value">The field line value.</param>
    /// <param name="extensions">The extensions in order, when the value is one or more of them.</param>
    /// <param name="error">What is wrong otherwise.</param>
    /// <param name="invalidIndex">The index of the offending byte, or -1.</param>
    /// <param name="options">Limits; null for the defaults.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> value,
        out ImmutableArray<WebSocketExtension> extensions,
        out WebSocketHandshakeError error,
        out int invalidIndex,
        WebSocketHandshakeOptions? options = null)
    {
        ImmutableArray<WebSocketExtension>.Builder builder = ImmutableArray.CreateBuilder<WebSocketExtension>();
        options ??= WebSocketHandshakeOptions.Default;
        error = WebSocketExtensionParser.Parse(value, options, allowsDuplicates: true, builder, out invalidIndex);
        if (error == WebSocketHandshakeError.None && builder.Count == 0)
        {
            // 1#extension: at least one element that is not empty
            error = WebSocketHandshakeError.InvalidExtension;
            invalidIndex = value.Length;
        }

        extensions = error == WebSocketHandshakeError.None ? builder.ToImmutable() : [];
        return error == WebSocketHandshakeError.None;
    }

    /// <summary>A list of extensions as it goes on the wire.</summary>
    public static string Format(IEnumerable<WebSocketExtension> extensions)
    {
        ArgumentNullException.ThrowIfNull(extensions);
        return string.Join(", ", extensions);
    }
}
