using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using WireProtocols.WebSockets;

namespace WireProtocols.AspNetCore;

/// <summary>
/// The opening handshake in a request of ASP.NET Core: a GET with Upgrade over HTTP/1.1 (RFC 6455 §4.2.1), or an extended CONNECT over HTTP/2 and
/// HTTP/3 (RFC 8441 §5, RFC 9220 §3).
/// </summary>
internal sealed class RequestHandshake(HttpContext context)
{
    private readonly IHttpExtendedConnectFeature? _connect
        = context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true } connect ? connect : null;

    /// <summary>Whether the answer has the form of HTTP/2 and HTTP/3, where there is no Upgrade.</summary>
    public bool IsExtendedConnect => _connect is not null || !HttpProtocol.IsHttp11(context.Request.Protocol);

    /// <summary>Reads the request.</summary>
    /// <returns>False where it is no valid handshake.</returns>
    public bool TryRead(
        WebSocketHandshakeOptions options, [NotNullWhen(true)] out WebSocketHandshakeRequest? request, out WebSocketHandshakeFailure failure)
    {
        string target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (_connect is null)
        {
            return WebSocketHandshake.TryParseRequest(context.Request.Method, target, Fields(), out request, out failure, options);
        }

        WebSocketHandshakeField[] pseudo =
        [
            new(":method", context.Request.Method),
            new(":protocol", _connect.Protocol ?? ""),
            new(":scheme", context.Request.Scheme),
            new(":path", target),
            new(":authority", context.Request.Host.Value ?? ""),
        ];
        return WebSocketHandshakeConnect.TryParseRequest(
            pseudo.Concat(Fields().Where(f => f.Name[0] != ':' && !f.Name.Equals("Host", StringComparison.OrdinalIgnoreCase))),
            out request,
            out failure,
            options);
    }

    /// <summary>Answers with a status other than that of success, and says why in the body.</summary>
    public async Task RefuseAsync(WebSocketHandshakeResponse response)
    {
        SetFields(response);
        context.Response.StatusCode = response.StatusCode;
        await context.Response.WriteAsync(response.Body, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>Answers that the connection is open.</summary>
    /// <returns>The bytes of the client from then on.</returns>
    public async Task<Stream> AcceptAsync(WebSocketHandshakeResponse response)
    {
        SetFields(response);
        if (_connect is not null)
        {
            return await _connect.AcceptAsync().ConfigureAwait(false);
        }

        return await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync().ConfigureAwait(false);
    }

    /// <summary>Whether the server can hand the connection over; it cannot where a middleware or a server in memory stands in the way.</summary>
    public bool CanAccept => _connect is not null || context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };

    private IEnumerable<WebSocketHandshakeField> Fields()
        => context.Request.Headers.SelectMany(h => h.Value, (h, value) => new WebSocketHandshakeField(h.Key, value ?? ""));

    /// <summary>The server writes the status and the length itself.</summary>
    private static bool IsForTheServer(WebSocketHandshakeField field)
        => field.Name[0] != ':' && !field.Name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase);

    private void SetFields(WebSocketHandshakeResponse response)
    {
        IReadOnlyList<WebSocketHandshakeField> fields = IsExtendedConnect ? response.GetConnectFields() : response.GetUpgradeFields();
        foreach (WebSocketHandshakeField field in fields.Where(IsForTheServer))
        {
            // A name may stand there twice: Set-Cookie above all.
            context.Response.Headers.Append(field.Name, field.Value);
        }
    }
}
