namespace WireProtocols.WebSockets;

/// <summary>What a server decides about a valid request (RFC 6455 §4.2.2): to refuse it, or to accept it and what goes with that.</summary>
public sealed class WebSocketDecision
{
    private WebSocketDecision()
    {
    }

    /// <summary>The response that refuses; null where the request is accepted.</summary>
    public WebSocketHandshakeResponse? Refusal { get; private init; }

    /// <summary>The subprotocol in use; null for the choice of <see cref="WebSocketAcceptOptions.Subprotocols"/>.</summary>
    public string? Subprotocol { get; private init; }

    /// <summary>Fields to add to the response.</summary>
    public IReadOnlyList<WebSocketHandshakeField> Fields { get; private init; } = [];

    /// <summary>What <see cref="WebSocketConnection.UserState"/> will be.</summary>
    public object? UserState { get; private init; }

    /// <summary>Accepts.</summary>
    /// <param name="subprotocol">One that the client offers; null for the choice of <see cref="WebSocketAcceptOptions.Subprotocols"/>.</param>
    /// <param name="fields">Fields to add to the response, for instance Set-Cookie.</param>
    /// <param name="userState">Whatever the application wants to find on the connection again, for instance who the user is.</param>
    public static WebSocketDecision Accept(string? subprotocol = null, IEnumerable<WebSocketHandshakeField>? fields = null, object? userState = null)
        => new() { Subprotocol = subprotocol, Fields = fields is null ? [] : [.. fields], UserState = userState };

    /// <summary>Refuses.</summary>
    /// <param name="response">A response from <see cref="WebSocketHandshakeRequest.Reject"/>.</param>
    /// <exception cref="ArgumentException">The response accepts.</exception>
    public static WebSocketDecision Refuse(WebSocketHandshakeResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.IsAccepted
            ? throw new ArgumentException("The response accepts the request.", nameof(response))
            : new WebSocketDecision { Refusal = response };
    }
}
