using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>What the first bytes of a peer's stream say that it is.</summary>
internal enum StreamIdentityKind : byte
{
    /// <summary>There are too few; they are kept.</summary>
    Unfinished,

    /// <summary>Something that may not be there: a violation of connection scope.</summary>
    Violation,

    /// <summary>A type without a meaning here.</summary>
    Unknown,

    /// <summary>What it is does not matter before the peer's SETTINGS are there.</summary>
    WaitsForSettings,

    Control,
    QpackEncoder,
    QpackDecoder,
    Request,

    /// <summary>A stream of a session.</summary>
    Data,
}

/// <summary>The result of identifying a stream.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Data">The bytes to read it from: after its type or header, or all of them where those are to be read again.</param>
internal readonly record struct StreamIdentity(StreamIdentityKind Kind, ReadOnlyMemory<byte> Data = default)
{
    /// <summary>The session that a stream of data belongs to.</summary>
    public long SessionId { get; init; }

    /// <summary>The rule that a violation breaks.</summary>
    public WebTransportProtocolError Error { get; init; }

    public static StreamIdentity Violates(WebTransportProtocolError error) => new(StreamIdentityKind.Violation) { Error = error };
}

/// <summary>Tells from its first bytes what a stream of the peer's is (RFC 9114 §6.2, draft-ietf-webtrans-http3 §4.2, §4.3).</summary>
internal sealed class StreamIdentifier(ConnectionTerms terms)
{
    private bool _hasControl;
    private bool _hasEncoder;
    private bool _hasDecoder;

    /// <summary>Reads the type of a unidirectional stream, or whether a bidirectional one is WebTransport's.</summary>
    /// <param name="stream">The stream, which keeps its first bytes while they are too few.</param>
    /// <param name="data">What has come of it.</param>
    public StreamIdentity Identify(QuicStreamState stream, ReadOnlyMemory<byte> data)
    {
        if (stream.FirstBytes.Length > 0)
        {
            stream.FirstBytes.Append(data.Span);
            data = stream.FirstBytes.Written.ToArray();
            stream.FirstBytes.Release();
        }

        if (QuicVarInt.Decode(data.Span, out long type, out int typeLength) != OperationStatus.Done)
        {
            return Keep(stream, data);
        }

        bool isWebTransport = stream.IsUnidirectional
            ? type == WebTransportStreamHeader.UnidirectionalType
            : type == WebTransportStreamHeader.BidirectionalSignal;
        if (stream.IsUnidirectional && !isWebTransport)
        {
            return IdentifyUnidirectional(type, data[typeLength..]);
        }

        if (!isWebTransport && terms.Role == WebTransportRole.Client)
        {
            // "Clients MUST treat receipt of a server-initiated bidirectional stream as a connection error of type
            // H3_STREAM_CREATION_ERROR unless such an extension has been negotiated" (RFC 9114 §6.1); the extension begins with 0x41.
            return StreamIdentity.Violates(WebTransportProtocolError.StreamNotAllowed);
        }

        if (terms.Peer is null)
        {
            // "the server MUST NOT process any incoming WebTransport requests until the client's SETTINGS have been received"
            // (draft-ietf-webtrans-http3 §7.1).
            return new StreamIdentity(StreamIdentityKind.WaitsForSettings, data);
        }

        return isWebTransport ? IdentifyData(stream, data) : new StreamIdentity(StreamIdentityKind.Request, data);
    }

    private static StreamIdentity Keep(QuicStreamState stream, ReadOnlyMemory<byte> data)
    {
        stream.FirstBytes.Append(data.Span);
        return new StreamIdentity(StreamIdentityKind.Unfinished);
    }

    private StreamIdentity IdentifyUnidirectional(long type, ReadOnlyMemory<byte> data)
    {
        switch (type)
        {
            case Http3StreamType.Control:
                return IdentifyCritical(StreamIdentityKind.Control, ref _hasControl, data);
            case Http3StreamType.QpackEncoder:
                return IdentifyCritical(StreamIdentityKind.QpackEncoder, ref _hasEncoder, data);
            case Http3StreamType.QpackDecoder:
                return IdentifyCritical(StreamIdentityKind.QpackDecoder, ref _hasDecoder, data);
            case Http3StreamType.Push:
                // "Only servers can push" (RFC 9114 §6.2.2), and this client never sends MAX_PUSH_ID (RFC 9114 §4.6).
                return StreamIdentity.Violates(
                    terms.Role == WebTransportRole.Server ? WebTransportProtocolError.StreamNotAllowed : WebTransportProtocolError.InvalidId);
            default:
                return new StreamIdentity(StreamIdentityKind.Unknown);
        }
    }

    /// <summary>There is one of each, for as long as the connection lasts (RFC 9114 §6.2.1, RFC 9204 §4.2).</summary>
    private static StreamIdentity IdentifyCritical(StreamIdentityKind kind, ref bool has, ReadOnlyMemory<byte> data)
    {
        if (has)
        {
            return StreamIdentity.Violates(WebTransportProtocolError.DuplicateCriticalStream);
        }

        has = true;
        return new StreamIdentity(kind, data);
    }

    /// <summary>The stream begins with WebTransport's type or signal.</summary>
    private StreamIdentity IdentifyData(QuicStreamState stream, ReadOnlyMemory<byte> data)
    {
        OperationStatus status = WebTransportStreamHeader.Decode(
            data.Span, out WebTransportStreamHeader header, out int size, out WebTransportProtocolError error);
        if (status == OperationStatus.NeedMoreData)
        {
            return Keep(stream, data);
        }

        if (status == OperationStatus.InvalidData)
        {
            // "If an endpoint receives a session ID [...] that does not correspond to a client-initiated bidirectional stream ID, the
            // endpoint MUST close the connection with an H3_ID_ERROR error code" (draft-ietf-webtrans-http3 §4).
            return StreamIdentity.Violates(error);
        }

        if (terms.Dialect is not null)
        {
            stream.ReceivedHeaderSize = size;
            return new StreamIdentity(StreamIdentityKind.Data, data[size..]) { SessionId = header.SessionId };
        }

        // There is no WebTransport on this connection: 0x54 is an unknown type, 0x41 a frame that may not be there.
        return stream.IsUnidirectional ? new StreamIdentity(StreamIdentityKind.Unknown)
            : StreamIdentity.Violates(
                terms.Role == WebTransportRole.Server ? WebTransportProtocolError.StreamSignalMisplaced : WebTransportProtocolError.StreamNotAllowed);
    }
}
