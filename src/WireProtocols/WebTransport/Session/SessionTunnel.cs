using System.Buffers;
using WireProtocols.Buffers;

namespace WireProtocols.WebTransport;

/// <summary>
/// What one session has read of its CONNECT stream: the capsules, the pieces of a datagram that are not all there, and before the session
/// is accepted the bytes, which are held. It takes apart; what a capsule does to the session is the business of <see cref="TunnelReader"/>.
/// </summary>
internal sealed class SessionTunnel : IDisposable
{
    private CapsuleDecoder? _decoder;
    private PooledBuffer _held;
    private PooledBuffer _datagram;

    /// <summary>The bytes that wait for the session to be accepted.</summary>
    public int HeldBytes => _held.Length;

    /// <summary>True when the peer has finished the CONNECT stream before the session was accepted.</summary>
    public bool HasHeldEnd { get; private set; }

    /// <summary>True when WT_CLOSE_SESSION has come: nothing may follow it.</summary>
    public bool IsCloseReceived { get; set; }

    /// <summary>What <see cref="OperationStatus.InvalidData"/> of <see cref="Decode"/> meant.</summary>
    public WebTransportProtocolError Error => _decoder!.Error;

    /// <summary>Holds bytes that come before the session is accepted.</summary>
    public void Hold(ReadOnlySpan<byte> data) => _held.Append(data);

    /// <summary>The stream ends before the session is accepted.</summary>
    public void HoldEnd() => HasHeldEnd = true;

    /// <summary>Gives back what was held, as a copy that events may refer to.</summary>
    public byte[] TakeHeld()
    {
        byte[] held = _held.Written.ToArray();
        _held.Release();
        return held;
    }

    /// <summary>The session is accepted: capsules are decoded from here on.</summary>
    public void Begin(WebTransportDialect dialect, bool flowControl)
    {
        // "if flow control is not enabled, an endpoint MUST ignore receipt of any flow control capsules" (draft-ietf-webtrans-http3 §5.1):
        // they are unknown then. The per-stream ones are an error where the dialect speaks of them at all (draft-ietf-webtrans-http3 §5.4).
        CapsuleGroups groups = CapsuleGroups.Datagram | CapsuleGroups.Session
            | (flowControl ? CapsuleGroups.FlowControl : CapsuleGroups.None)
            | (dialect.HasFlowControl() ? CapsuleGroups.StreamFlowControl : CapsuleGroups.None);
        _decoder = new CapsuleDecoder(new CapsuleOptions { Dialect = dialect, Groups = groups });
    }

    /// <summary>Decodes the next capsule, or piece of one.</summary>
    public OperationStatus Decode(ReadOnlySpan<byte> source, out int bytesConsumed, out CapsulePart capsule)
        => _decoder!.Decode(source, out bytesConsumed, out capsule);

    /// <returns>False where the stream ends inside a capsule.</returns>
    public bool TryComplete() => _decoder!.Complete() == OperationStatus.Done;

    /// <summary>Puts a datagram together.</summary>
    /// <param name="capsule">A piece of a DATAGRAM capsule.</param>
    /// <param name="piece">Its bytes, as a slice of what was fed.</param>
    /// <param name="limit">The largest datagram that is taken.</param>
    /// <param name="payload">The whole payload.</param>
    /// <returns>False where more of it is to come, or where it is too large: "the implementation SHOULD discard the Capsule without
    /// buffering its contents into memory" (RFC 9297 §3.5).</returns>
    public bool TryGather(in CapsulePart capsule, ReadOnlyMemory<byte> piece, int limit, out ReadOnlyMemory<byte> payload)
    {
        payload = piece;
        if (capsule.Length > limit)
        {
            return false;
        }

        if (capsule.IsFirst && capsule.IsLast)
        {
            return true;
        }

        _datagram.Append(piece.Span);
        if (!capsule.IsLast)
        {
            return false;
        }

        payload = _datagram.Written.ToArray();
        _datagram.Release();
        return true;
    }

    public void Dispose()
    {
        _held.Release();
        _datagram.Release();
        _decoder?.Dispose();
    }
}
