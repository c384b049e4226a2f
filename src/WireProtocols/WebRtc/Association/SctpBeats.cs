using System.Buffers.Binary;
using System.Security.Cryptography;

namespace WireProtocols.WebRtc;

/// <summary>What is sent again and again: heartbeats (RFC 9260 §8.3), and at the end SHUTDOWN or SHUTDOWN ACK (RFC 9260 §9.2).</summary>
internal sealed class SctpBeats(SctpAssociationOptions options, SctpControl control, SctpTimeout timeout, SctpHandshake handshake)
{
    private const int NonceSize = 16;

    private byte[]? _nonce;
    private SctpChunkType? _end;

    public TimeSpan? Deadline { get; private set; }

    public void Start(TimeSpan now) => Deadline = now + options.HeartbeatInterval + timeout.Value;

    /// <summary>Begins to send the chunk that ends the association.</summary>
    public void StartEnd(SctpChunkType type, TimeSpan now, uint cumulativeTsn)
    {
        _end = type;
        SendEnd(now, cumulativeTsn);
    }

    /// <summary>Sends what is due.</summary>
    /// <returns>True where what was sent before has not been answered.</returns>
    public bool Advance(TimeSpan now, bool isEnding, uint cumulativeTsn)
    {
        if (!(Deadline <= now))
        {
            return false;
        }

        if (_end is not null)
        {
            timeout.BackOff();
            SendEnd(now, cumulativeTsn);
            return true;
        }

        bool isUnanswered = _nonce is not null;
        Deadline = now + options.HeartbeatInterval + timeout.Value;
        if (!isEnding)
        {
            _nonce = RandomNumberGenerator.GetBytes(NonceSize);
            Span<byte> info = stackalloc byte[SctpParameter.HeaderSize + NonceSize];
            BinaryPrimitives.WriteUInt16BigEndian(info, (ushort)SctpParameterType.HeartbeatInfo);
            BinaryPrimitives.WriteUInt16BigEndian(info[sizeof(ushort)..], (ushort)info.Length);
            _nonce.CopyTo(info[SctpParameter.HeaderSize..]);
            control.Chunk(handshake.PeerTag, SctpChunkType.Heartbeat, 0, info);
        }

        return isUnanswered;
    }

    /// <summary>Whether a HEARTBEAT ACK answers the last heartbeat.</summary>
    public bool IsAnswer(in SctpChunk chunk)
    {
        bool isAnswer = _nonce is not null && chunk.Value.EndsWith(_nonce);
        _nonce = isAnswer ? null : _nonce;
        return isAnswer;
    }

    private void SendEnd(TimeSpan now, uint cumulativeTsn)
    {
        Span<byte> value = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(value, cumulativeTsn);
        control.Chunk(handshake.PeerTag, _end!.Value, 0, _end == SctpChunkType.Shutdown ? value : []);
        Deadline = now + timeout.Value;
    }
}
