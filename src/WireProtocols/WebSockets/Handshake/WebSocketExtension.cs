using System.Collections.Immutable;
using System.Text;

namespace WireProtocols.WebSockets;

/// <summary>An extension that is offered or agreed on, with its parameters (RFC 6455 §9.1). What they mean is for the extension to say.</summary>
public sealed class WebSocketExtension
{
    /// <summary>Makes an offer, or an acceptance.</summary>
    /// <param name="name">The extension's registered name, a token.</param>
    /// <param name="parameters">Its parameters, each name once.</param>
    /// <exception cref="ArgumentException">The name is no token, or a parameter stands twice.</exception>
    public WebSocketExtension(string name, params ReadOnlySpan<WebSocketExtensionParameter> parameters)
        : this([.. parameters], WebSocketToken.Check(name, nameof(name)))
    {
        if (HasDuplicates)
        {
            throw new ArgumentException("A parameter stands twice.", nameof(parameters));
        }
    }

    private WebSocketExtension(ImmutableArray<WebSocketExtensionParameter> parameters, string name)
    {
        Name = name;
        Parameters = parameters;
    }

    /// <summary>The extension's name.</summary>
    public string Name { get; }

    /// <summary>The parameters in order.</summary>
    public ImmutableArray<WebSocketExtensionParameter> Parameters { get; }

    /// <summary>
    /// Whether a parameter stands twice in what a peer sent. RFC 7692 §7 has a server decline such an offer of permessage-deflate; it refuses nothing
    /// else, and another offer may be taken.
    /// </summary>
    public bool HasDuplicates => Parameters.Select(p => p.Name).Distinct(StringComparer.Ordinal).Count() < Parameters.Length;

    /// <summary>The first parameter of that name, compared by its exact characters, or null.</summary>
    public WebSocketExtensionParameter? Find(string name) => Parameters.FirstOrDefault(p => p.Name == name);

    /// <summary>The extension as it goes on the wire: <c>name; parameter; parameter=value</c>.</summary>
    public override string ToString()
    {
        if (Parameters.IsEmpty)
        {
            return Name;
        }

        StringBuilder text = new(Name);
        foreach (WebSocketExtensionParameter parameter in Parameters)
        {
            text.Append("; ").Append(parameter);
        }

        return text.ToString();
    }

    /// <summary>An extension as a peer sent it.</summary>
    internal static WebSocketExtension FromWire(string name, List<WebSocketExtensionParameter>? parameters)
        => new(parameters is null ? [] : [.. parameters], name);
}
