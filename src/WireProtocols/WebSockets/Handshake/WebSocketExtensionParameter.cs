namespace WireProtocols.WebSockets;

/// <summary>A parameter of an extension (RFC 6455 §9.1).</summary>
public sealed record WebSocketExtensionParameter
{
    /// <summary>Makes a parameter.</summary>
    /// <param name="name">A token.</param>
    /// <param name="value">A token, or null for a parameter without value.</param>
    /// <exception cref="ArgumentException">Name or value is no token.</exception>
    public WebSocketExtensionParameter(string name, string? value = null)
    {
        Name = WebSocketToken.Check(name, nameof(name));
        Value = value is null ? null : WebSocketToken.Check(value, nameof(value));
    }

    /// <summary>The name, a token.</summary>
    public string Name { get; }

    /// <summary>The value, a token and never quoted, or null when there is none.</summary>
    public string? Value { get; }

    /// <summary>The parameter as it goes on the wire: <c>name</c> or <c>name=value</c>.</summary>
    public override string ToString() => Value is null ? Name : $"{Name}={Value}";
}
