using WireProtocols.Cli.Formats;
using WireProtocols.WebSockets;

namespace WireProtocols.Cli.Traffic;

/// <summary>What one direction of a connection has to know of the other: which requests are still to be answered, and what was agreed on.</summary>
/// <param name="open">Makes what a direction begins with, also that of a tunnel.</param>
internal sealed class HttpAgenda(Func<FormatRun, TrafficSide, HttpAgenda, TrafficStage> open)
{
    private const int MostOutstanding = 1024;
    private const int LongestOffer = 8192;

    private readonly Queue<HttpQuestion> _outstanding = new();

    /// <summary>Makes what a direction begins with.</summary>
    public Func<FormatRun, TrafficSide, HttpAgenda, TrafficStage> Open { get; } = open;

    /// <summary>The agenda of what a tunnel carries.</summary>
    public HttpAgenda Beyond => field ??= new HttpAgenda(Open);

    /// <summary>What the connection has become by the last answer; null while it is HTTP/1.1.</summary>
    public HttpSwitch? Switched { get; set; }

    /// <summary>What the client opened with, which the server answers in kind; null until it did.</summary>
    public ClientOpening? Opening { get; set; }

    /// <summary>The method of requests where the client's direction is not known.</summary>
    public string AssumedMethod { get; init; } = "GET";

    /// <summary>The request that the next response answers.</summary>
    public HttpQuestion Next => _outstanding.TryPeek(out HttpQuestion question) ? question : new HttpQuestion(AssumedMethod, "");

    public void Ask(HttpQuestion question)
    {
        if (_outstanding.Count < MostOutstanding)
        {
            _outstanding.Enqueue(question.LastEventId.Length > LongestOffer ? question with { LastEventId = "" } : question);
        }
    }

    public void Answer() => _outstanding.TryDequeue(out _);
}

/// <summary>A request that is to be answered.</summary>
/// <param name="Method">Its method.</param>
/// <param name="LastEventId">The value of <c>Last-Event-ID</c>; empty where there is none.</param>
internal readonly record struct HttpQuestion(string Method, string LastEventId);

/// <summary>What a connection became that was HTTP/1.1.</summary>
/// <param name="Protocol">The protocol of the Upgrade field, in lower case, or <c>tunnel</c>.</param>
/// <param name="Deflate">What was agreed about permessage-deflate, or null.</param>
internal sealed record HttpSwitch(string Protocol, WebSocketDeflateParameters? Deflate)
{
    public static HttpSwitch Tunnel { get; } = new("tunnel", null);
}

/// <summary>What a client opened a connection with.</summary>
internal enum ClientOpening
{
    /// <summary>A request of HTTP/1.1.</summary>
    Http1,

    /// <summary>TLS.</summary>
    Tls,

    /// <summary>The preface of HTTP/2.</summary>
    Http2,

    /// <summary>Something else.</summary>
    Unknown,
}
