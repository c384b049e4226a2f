using System.Diagnostics;
using System.Globalization;

namespace WireProtocols.WebSockets;

/// <summary>One opening handshake in the instruments: an activity while it lasts, and its outcome when it is over.</summary>
internal sealed class WebSocketHandshakeTrace : IDisposable
{
    private readonly WebSocketRole _role;
    private readonly Activity? _activity;
    private string _outcome = "left";

    private WebSocketHandshakeTrace(WebSocketRole role)
    {
        _role = role;
        _activity = WebSocketMetrics.Activities.StartActivity(
            "websocket.handshake", role == WebSocketRole.Client ? ActivityKind.Client : ActivityKind.Server);
    }

    /// <summary>A handshake begins.</summary>
    public static WebSocketHandshakeTrace Start(WebSocketRole role) => new(role);

    /// <summary>What is asked for.</summary>
    public void Ask(string host, string path)
    {
        _activity?.SetTag("server.address", host);
        _activity?.SetTag("url.path", path);
    }

    /// <summary>A connection came of it.</summary>
    public void Accept() => _outcome = "accepted";

    /// <summary>It was refused with a status.</summary>
    public void Refuse(int statusCode)
    {
        _outcome = statusCode.ToString(CultureInfo.InvariantCulture);
        _activity?.SetTag("http.response.status_code", statusCode);
    }

    /// <summary>It failed.</summary>
    /// <param name="exception">Why.</param>
    public void Fail(Exception exception)
    {
        if (exception is WebSocketHandshakeException { StatusCode: { } statusCode })
        {
            Refuse(statusCode);
            return;
        }

        _outcome = exception switch
        {
            WireProtocolException violation => violation.Code,
            OperationCanceledException or TimeoutException => "timeout",
            _ => exception.GetType().Name,
        };
    }

    /// <summary>It is over.</summary>
    public void Dispose()
    {
        _activity?.SetTag("websocket.handshake.outcome", _outcome);
        _activity?.SetStatus(_outcome == "accepted" ? ActivityStatusCode.Ok : ActivityStatusCode.Error);
        _activity?.Dispose();
        WebSocketMetrics.HandshakeDone(_role, _outcome);
    }
}
