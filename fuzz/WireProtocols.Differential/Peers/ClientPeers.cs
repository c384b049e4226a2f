using System.Globalization;
using System.Net.Sockets;
using System.Text;
using WireProtocols.Buffers;
using WireProtocols.Http1;

namespace WireProtocols.Differential;

/// <summary>A client that reads responses.</summary>
public abstract class ClientPeer : Peer
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private readonly ResponseServer _server = new();

    /// <inheritdoc/>
    public override IReadOnlyList<string> Kinds => ["responses", "bodies"];

    /// <inheritdoc/>
    public override async Task<PeerAnswer> AskAsync(PeerQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        using CancellationTokenSource late = new(Patience);
        try
        {
            (int status, byte[] body) = await GetAsync(_server.Add(question), late.Token);
            string text = Encoding.Latin1.GetString(body);
            return Accept(question, question.Kind == "bodies" ? [text] : [status.ToString(CultureInfo.InvariantCulture), text]);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return Refuse(question, exception.GetBaseException().Message);
        }
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await _server.DisposeAsync();
        await base.DisposeAsync();
    }

    /// <summary>Gets a URL.</summary>
    protected abstract Task<(int Status, byte[] Body)> GetAsync(Uri url, CancellationToken cancellationToken);
}

/// <summary>The library's client.</summary>
public sealed class OurClientPeer : ClientPeer
{
    /// <inheritdoc/>
    public override string Name => "WireProtocols (client)";

    /// <inheritdoc/>
    public override string Version => "as it stands here";

    /// <inheritdoc/>
    protected override async Task<(int Status, byte[] Body)> GetAsync(Uri url, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(url);
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(url.Host, url.Port, cancellationToken);
        await using SocketTransport transport = new(socket);
        await using Http1ClientConnection connection = new(transport);
        connection.StartRequest("GET", url.PathAndQuery, Http1BodyFraming.None, ("Host", url.Authority)).Complete();
        Http1Response response = await connection.ReceiveAsync(cancellationToken);
        using MemoryStream body = new();
        await response.Body.CopyToAsync(body, cancellationToken);
        return (response.StatusCode, body.ToArray());
    }
}

/// <summary>The platform's client.</summary>
internal sealed class HttpClientPeer : ClientPeer
{
    private readonly HttpClient _client
        = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.Zero });

    public override string Name => "HttpClient";

    public override async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await base.DisposeAsync();
    }

    protected override async Task<(int Status, byte[] Body)> GetAsync(Uri url, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await _client.GetAsync(url, cancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken));
    }
}
