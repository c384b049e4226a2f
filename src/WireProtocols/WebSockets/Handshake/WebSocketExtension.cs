using System.Collections.Immutable;
using System.Text;
using WireProtocols.Http1;

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
        Name = WebSocketExtension.CheckToken(name, nameof(name));
        Value = value is null ? null : WebSocketExtension.CheckToken(value, nameof(value));
    }

    /// <summary>The name, a token.</summary>
    public string Name { get; }

    /// <summary>The value, a token and never quoted, or null when there is none.</summary>
    public string? Value { get; }

    /// <summary>The parameter as it goes on the wire: <c>name</c> or <c>name=value</c>.</summary>
    public override string ToString() => Value is null ? Name : $"{Name}={Value}";
}

/// <summary>An extension that is offered or agreed on, with its parameters (RFC 6455 §9.1). What they mean is for the extension to say.</summary>
public sealed class WebSocketExtension
{
    /// <summary>Makes an offer, or an acceptance.</summary>
    /// <param name="name">The extension's registered name, a token.</param>
    /// <param name="parameters">Its parameters, each name once.</param>
    /// <exception cref="ArgumentException">The name is no token, or a parameter stands twice.</exception>
    public WebSocketExtension(string name, params ReadOnlySpan<WebSocketExtensionParameter> parameters)
    {
        Name = CheckToken(name, nameof(name));
        Parameters = [.. parameters];
        for (int index = 1; index < Parameters.Length; index++)
        {
            if (Find(Parameters.AsSpan(0, index), Parameters[index].Name) is not null)
            {
                throw new ArgumentException($"The parameter '{Parameters[index].Name}' stands twice.", nameof(parameters));
            }
        }
    }

    /// <summary>The extension's name.</summary>
    public string Name { get; }

    /// <summary>The parameters in order, each name once.</summary>
    public ImmutableArray<WebSocketExtensionParameter> Parameters { get; }

    /// <summary>The parameter of that name, compared by its exact characters, or null.</summary>
    public WebSocketExtensionParameter? Find(string name) => Find(Parameters.AsSpan(), name);

    /// <summary>Parses the value of one Sec-WebSocket-Extensions field line.</summary>
    /// <param name="value">The field line value.</param>
    /// <param name="extensions">The extensions in order of preference, when the value is one or more of them.</param>
    /// <param name="error">What is wrong otherwise.</param>
    /// <param name="invalidIndex">The index of the offending byte, or -1.</param>
    public static bool TryParseList(
        ReadOnlySpan<byte> value, out ImmutableArray<WebSocketExtension> extensions, out WebSocketHandshakeError error, out int invalidIndex)
    {
        ImmutableArray<WebSocketExtension>.Builder builder = ImmutableArray.CreateBuilder<WebSocketExtension>();
        error = WebSocketExtensionParser.Parse(value, WebSocketHandshakeOptions.Default, builder, out invalidIndex);
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
    public static string FormatList(IEnumerable<WebSocketExtension> extensions) => string.Join(", ", extensions);

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

    internal static string CheckToken(string value, string parameter)
    {
        ArgumentNullException.ThrowIfNull(value, parameter);
        return Ascii.IsValid(value) && Http1Grammar.IsToken(Encoding.ASCII.GetBytes(value))
            ? value
            : throw new ArgumentException("The value has to be a token (RFC 9110 §5.6.2).", parameter);
    }

    private static WebSocketExtensionParameter? Find(ReadOnlySpan<WebSocketExtensionParameter> parameters, string name)
    {
        foreach (WebSocketExtensionParameter parameter in parameters)
        {
            if (parameter.Name == name)
            {
                return parameter;
            }
        }

        return null;
    }
}
