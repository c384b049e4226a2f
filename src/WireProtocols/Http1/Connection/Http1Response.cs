using System.IO.Pipelines;

namespace WireProtocols.Http1;

/// <summary>A response on a client's connection.</summary>
public sealed class Http1Response
{
    private readonly IDuplexPipe _transport;

    internal Http1Response(
        OwnedHttp1ResponseHead head, IReadOnlyList<OwnedHttp1ResponseHead> informational, Http1IncomingBody body, IDuplexPipe transport)
    {
        Head = head;
        Informational = informational;
        Body = body;
        _transport = transport;
    }

    /// <summary>The head of the final response.</summary>
    public OwnedHttp1ResponseHead Head { get; }

    /// <summary>The status code.</summary>
    public int StatusCode => Head.StatusCode;

    /// <summary>The 1xx responses that came before it, in their order.</summary>
    public IReadOnlyList<OwnedHttp1ResponseHead> Informational { get; }

    /// <summary>The body. It has to be read to its end before the connection can carry another request.</summary>
    public Http1IncomingBody Body { get; }

    /// <summary>Whether the server has taken the other protocol that was asked for: 101, or a 2xx to a CONNECT.</summary>
    public bool HasSwitched => Body.Framing.Kind == Http1BodyKind.Tunnel;

    /// <summary>
    /// The transport, with all that has been read ahead still in it, for the other protocol. The connection does not touch it any more, and whoever
    /// takes it ends it.
    /// </summary>
    /// <exception cref="InvalidOperationException">The server has not switched.</exception>
    public IDuplexPipe TakeTransport()
        => HasSwitched ? _transport : throw new InvalidOperationException("The connection still speaks HTTP.");
}
