using System.Buffers;
using System.Text;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <content>The capsules on the CONNECT stream.</content>
public sealed partial class WebTransportSession
{
    private CapsuleDecoder? _capsuleDecoder;
    private PooledBuffer _datagram;
    private bool _closeReceived;

    /// <summary>The content of DATA frames on the CONNECT stream.</summary>
    internal void OnTunnelData(ReadOnlyMemory<byte> data)
    {
        if (IsPending)
        {
            // "A server MUST NOT process these bytes as capsules until it sends a 2xx response accepting the session" (§3.2).
            if (_connection.TryBuffer(data.Length))
            {
                _early.Append(data.Span);
            }
            else
            {
                _connection.Fail(this, WebTransportProtocolError.EarlyDataTooLarge);
            }
        }
        else if (IsOpen)
        {
            Decode(data);
        }
        else if (_closeReceived && !data.IsEmpty)
        {
            // "If any additional stream data is received on the CONNECT stream after receiving a WT_CLOSE_SESSION capsule, the stream MUST
            // be reset with code H3_MESSAGE_ERROR."
            _connection.Fail(this, WebTransportProtocolError.DataAfterClose);
        }
    }

    /// <summary>The peer has finished the CONNECT stream.</summary>
    internal void OnTunnelEnd()
    {
        if (IsPending)
        {
            _earlyEnd = true;
        }
        else if (IsOpen)
        {
            if (_capsuleDecoder!.Complete() != OperationStatus.Done)
            {
                _connection.Fail(this, WebTransportProtocolError.CapsuleTruncated);
                return;
            }

            // "Cleanly terminating a CONNECT stream without a WT_CLOSE_SESSION capsule SHALL be semantically equivalent to terminating it
            // with a WT_CLOSE_SESSION capsule that has an error code of 0 and an empty error string."
            _connection.CloseByPeer(this, 0, "");
        }
    }

    /// <summary>What came before the session was accepted.</summary>
    internal void ProcessEarly()
    {
        if (_early.Length > 0)
        {
            byte[] early = _early.Written.ToArray();
            _connection.Unbuffer(early.Length);
            _early.Release();
            OnTunnelData(early);
        }

        if (_earlyEnd && IsOpen)
        {
            OnTunnelEnd();
        }
    }

    private void BeginCapsules(WebTransportDialect dialect)
    {
        // "if flow control is not enabled, an endpoint MUST ignore receipt of any flow control capsules" (§5.1): they are unknown then. The
        // per-stream ones are an error where the dialect speaks of them at all (§5.4).
        CapsuleGroups groups = CapsuleGroups.Datagram | CapsuleGroups.Session
            | (_flowControl ? CapsuleGroups.FlowControl : CapsuleGroups.None)
            | (dialect.HasFlowControl() ? CapsuleGroups.StreamFlowControl : CapsuleGroups.None);
        _capsuleDecoder = new CapsuleDecoder(new CapsuleOptions { Dialect = dialect, Groups = groups });
    }

    private void Decode(ReadOnlyMemory<byte> data)
    {
        OperationStatus status;
        while ((status = _capsuleDecoder!.Decode(data.Span, out int consumed, out CapsulePart capsule)) == OperationStatus.Done)
        {
            ReadOnlyMemory<byte> taken = data[..consumed];
            data = data[consumed..];
            OnCapsule(capsule, taken);
            if (_closeReceived && !data.IsEmpty)
            {
                _connection.Fail(this, WebTransportProtocolError.DataAfterClose);
            }

            if (IsClosed)
            {
                return;
            }
        }

        if (status == OperationStatus.InvalidData)
        {
            _connection.Fail(this, _capsuleDecoder.Error);
        }
    }

    private void OnCapsule(in CapsulePart capsule, ReadOnlyMemory<byte> taken)
    {
        switch (capsule.Type)
        {
            case CapsuleType.CloseSession:
                _closeReceived = true;
                _connection.CloseByPeer(this, capsule.Code, Encoding.UTF8.GetString(capsule.Reason));
                break;
            case CapsuleType.DrainSession:
                IsDraining = true;
                _connection.Enqueue(new WebTransportEvent(WebTransportEventKind.SessionDraining, this));
                break;
            case CapsuleType.MaxStreamData or CapsuleType.StreamDataBlocked:
                _connection.Fail(this, WebTransportProtocolError.ProhibitedCapsule);
                break;
            case CapsuleType.MaxData or CapsuleType.MaxStreamsBidi or CapsuleType.MaxStreamsUni:
                RaiseLimit(capsule);
                break;
            case CapsuleType.DataBlocked or CapsuleType.StreamsBlockedBidi or CapsuleType.StreamsBlockedUni:
                // "used as input to tuning of flow control algorithms and for debugging purposes": credit never waits for them.
                break;
            default:
                // A DATAGRAM's payload is a slice of what was fed, at its end.
                OnDatagramCapsule(capsule, taken[^capsule.Payload.Length..]);
                break;
        }
    }

    private void OnDatagramCapsule(in CapsulePart capsule, ReadOnlyMemory<byte> piece)
    {
        if (capsule.Length > _connection.Options.MaxDatagramSize)
        {
            // "the implementation SHOULD discard the Capsule without buffering its contents into memory" (RFC 9297 §3.5).
            return;
        }

        if (!capsule.IsFirst || !capsule.IsLast)
        {
            _datagram.Append(piece.Span);
            if (!capsule.IsLast)
            {
                return;
            }

            piece = _datagram.Written.ToArray();
            _datagram.Release();
        }

        _connection.Enqueue(new WebTransportEvent(WebTransportEventKind.Datagram, this) { Data = piece });
    }
}
