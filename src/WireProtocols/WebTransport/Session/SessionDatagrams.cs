using System.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>HTTP Datagrams in QUIC DATAGRAM frames (RFC 9297 §2.1), of all sessions.</summary>
internal sealed class SessionDatagrams(IQuicOutput output, SessionTable sessions, WaitingRoom waiting, Queue<WebTransportEvent> events)
{
    /// <summary>What is sent is put together here; it grows to the largest datagram that has been sent.</summary>
    private byte[] _scratch = [];

    /// <returns>A violation of connection scope, or none.</returns>
    public WebTransportProtocolError Receive(ReadOnlyMemory<byte> datagram)
    {
        OperationStatus status = HttpDatagram.Decode(datagram.Span, out HttpDatagram decoded);
        if (status != OperationStatus.Done)
        {
            return status == OperationStatus.InvalidData
                ? WebTransportProtocolError.QuarterStreamIdTooLarge
                : WebTransportProtocolError.DatagramTruncated;
        }

        SessionState? session = sessions.Find(decoded.StreamId);
        if (session is { IsOpen: true })
        {
            WebTransportMetrics.DatagramReceived(decoded.Payload.Length);
            events.Enqueue(new WebTransportEvent(WebTransportEventKind.Datagram, session.Handle) { Data = datagram[^decoded.Payload.Length..] });
        }
        else if (session is { IsPending: true } || (session is null && sessions.MayStillBegin(decoded.StreamId)))
        {
            // "the receiver SHALL either drop that datagram silently or buffer it temporarily" (RFC 9297 §2.1).
            waiting.AddDatagram(decoded.StreamId, decoded.Payload);
        }
        else
        {
            WebTransportMetrics.DatagramsWithoutSession(1);
        }

        return WebTransportProtocolError.None;
    }

    /// <returns>False where the datagram is larger than the stack can send.</returns>
    public bool TrySend(SessionState session, ReadOnlySpan<byte> payload)
    {
        int size = HttpDatagram.GetPrefixSize(session.Id) + payload.Length;
        if (size > output.MaxDatagramSize)
        {
            WebTransportMetrics.DatagramTooLarge(isSent: true);
            return false;
        }

        if (_scratch.Length < size)
        {
            _scratch = new byte[Math.Max(size, 2 * _scratch.Length)];
        }

        HttpDatagram.Encode(session.Id, payload, _scratch, out int written);
        output.SendDatagram(_scratch.AsSpan(0, written));
        WebTransportMetrics.DatagramSent(payload.Length);
        return true;
    }
}
