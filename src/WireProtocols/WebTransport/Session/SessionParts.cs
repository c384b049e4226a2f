namespace WireProtocols.WebTransport;

/// <summary>The objects of a connection that do what the application asks of a session.</summary>
internal sealed record SessionParts(
    ConnectionTerms Terms,
    SessionTable Sessions,
    SessionStreams Streams,
    SessionDatagrams Datagrams,
    SessionCapsules Capsules,
    ServerRequests Requests);
