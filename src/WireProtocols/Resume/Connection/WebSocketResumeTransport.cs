using WireProtocols.WebSockets;

namespace WireProtocols.Resume;

/// <summary>Reaches a server by WebSocket. Its options say how soon a silent connection counts as lost
/// (<see cref="WebSocketConnectionOptions.KeepAliveInterval"/>).</summary>
public sealed class WebSocketResumeTransport : ResumeTransport
{
    private readonly Func<CancellationToken, ValueTask<WebSocketConnection>> _connect;

    /// <param name="uri"><c>ws://…</c> or <c>wss://…</c>.</param>
    /// <param name="options">How to connect; the subprotocol is added. <see cref="WebSocketConnectOptions.Default"/> when null.</param>
    /// <param name="getToken">Gets a fresh token before each attempt, which goes out as <c>Authorization: Bearer</c>; null for none.</param>
    public WebSocketResumeTransport(
        Uri uri, WebSocketConnectOptions? options = null, Func<CancellationToken, ValueTask<string>>? getToken = null)
    {
        ArgumentNullException.ThrowIfNull(uri);
        options ??= WebSocketConnectOptions.Default;
        _connect = async cancellationToken =>
        {
            string? token = getToken is null ? null : await getToken(cancellationToken).ConfigureAwait(false);
            return await WebSocketClient.ConnectAsync(uri, With(options, token), cancellationToken).ConfigureAwait(false);
        };
    }

    /// <param name="connect">Makes the WebSocket; it has to agree on <see cref="WebSocketResumeConnection.Subprotocol"/>.</param>
    public WebSocketResumeTransport(Func<CancellationToken, ValueTask<WebSocketConnection>> connect)
    {
        ArgumentNullException.ThrowIfNull(connect);
        _connect = connect;
    }

    /// <inheritdoc/>
    public override string Name => "websocket";

    /// <inheritdoc/>
    public override async ValueTask<IResumeConnection> ConnectAsync(ReadOnlyMemory<byte> hello, CancellationToken cancellationToken)
    {
        WebSocketConnection socket = await _connect(cancellationToken).ConfigureAwait(false);
        if (socket.Subprotocol != WebSocketResumeConnection.Subprotocol)
        {
            await socket.CloseAsync(WebSocketCloseCode.NormalClosure, cancellationToken: cancellationToken).ConfigureAwait(false);
            throw new IOException($"The server does not speak {WebSocketResumeConnection.Subprotocol}.");
        }

        WebSocketResumeConnection connection = new(socket);
        try
        {
            await connection.SendAsync(hello, flush: true, cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            connection.Abort();
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static WebSocketConnectOptions With(WebSocketConnectOptions options, string? token) => new()
    {
        Subprotocols = [WebSocketResumeConnection.Subprotocol],
        Origin = options.Origin,
        Fields = token is null ? options.Fields : [.. options.Fields, new WebSocketHandshakeField("Authorization", $"Bearer {token}")],
        ConnectTimeout = options.ConnectTimeout,
        Tls = options.Tls,
        Proxy = options.Proxy,
        EndPoint = options.EndPoint,
        ConnectCallback = options.ConnectCallback,
        Invoker = options.Invoker,
        MaxRedirects = options.MaxRedirects,
        Head = options.Head,
        Connection = options.Connection,
    };
}
