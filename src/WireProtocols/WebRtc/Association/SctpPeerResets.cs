using System.Buffers.Binary;

namespace WireProtocols.WebRtc;

/// <summary>The results of a request to reset streams (RFC 6525 §4.4).</summary>
internal enum SctpResetResult
{
    NothingToDo = 0,
    Performed = 1,
    Denied = 2,
    WrongStream = 3,
    RequestInProgress = 4,
    BadSequenceNumber = 5,
    InProgress = 6,
}

/// <summary>The peer's requests to begin streams anew, and what they are answered (RFC 6525 §5.2).</summary>
internal sealed class SctpPeerResets(uint peerInitialTsn)
{
    /// <summary>How many bytes an answer has.</summary>
    public const int ResponseSize = SctpParameter.HeaderSize + ResponseFields;

    /// <summary>How many bytes the fields of an answer have, at least.</summary>
    public const int ResponseFields = 8;

    /// <summary>A RE-CONFIG holds at most two parameters, and so at most two answers (RFC 6525 §3.1).</summary>
    public const int MaxResponses = 2;

    private const int RequestFields = 12;

    private readonly List<(uint Sequence, SctpResetResult Result)> _responses = [];
    private uint _expected = peerInitialTsn;
    private SctpResetResult _lastResult;

    /// <summary>How many answers wait to be sent.</summary>
    public int Waiting => _responses.Count;

    /// <summary>The number of the last request that was taken.</summary>
    public uint LastRequest => _expected - 1;

    /// <summary>Adds answers, as many as there is room for.</summary>
    public void Write(SctpPacketWriter writer, int count)
    {
        Span<byte> response = stackalloc byte[ResponseFields];
        foreach ((uint sequence, SctpResetResult result) in _responses[..count])
        {
            BinaryPrimitives.WriteUInt32BigEndian(response, sequence);
            BinaryPrimitives.WriteUInt32BigEndian(response[sizeof(uint)..], (uint)result);
            writer.AddParameter((int)SctpParameterType.ReconfigResponse, response);
        }

        _responses.RemoveRange(0, count);
    }

    /// <summary>Takes the peer's request to begin its streams anew; none are named where that is all of them.</summary>
    public void TakeOutgoing(ReadOnlySpan<byte> value, SctpReceiver receiver)
    {
        if (value.Length < RequestFields)
        {
            return;
        }

        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(value);
        bool isRepeated = sequence == _expected - 1;
        if (sequence != _expected && !(isRepeated && _lastResult == SctpResetResult.InProgress))
        {
            Answer(sequence, isRepeated ? _lastResult : SctpResetResult.BadSequenceNumber);
            return;
        }

        _expected = sequence + 1;
        ReadOnlySpan<byte> streams = value[RequestFields..];
        for (int i = 0; i + 1 < streams.Length; i += sizeof(ushort))
        {
            if (BinaryPrimitives.ReadUInt16BigEndian(streams[i..]) >= receiver.StreamCount)
            {
                Answer(sequence, SctpResetResult.WrongStream);
                return;
            }
        }

        if (SctpSerial.IsAfter(BinaryPrimitives.ReadUInt32BigEndian(value[8..]), receiver.CumulativeTsn))
        {
            // "enter a deferred reset processing": what was sent before has not arrived yet.
            Answer(sequence, SctpResetResult.InProgress);
            return;
        }

        Answer(sequence, SctpResetResult.Performed);
        if (streams.Length < sizeof(ushort))
        {
            receiver.Reset(-1);
        }

        for (int i = 0; i + 1 < streams.Length; i += sizeof(ushort))
        {
            receiver.Reset(BinaryPrimitives.ReadUInt16BigEndian(streams[i..]));
        }
    }

    /// <summary>
    /// Refuses what is not done here: new streams, TSNs that begin anew, and streams of ours that the peer would have begin anew: "Closing of a data
    /// channel MUST be signaled by resetting the corresponding outgoing streams" (RFC 8831 §6.7).
    /// </summary>
    public void Refuse(ReadOnlySpan<byte> value)
    {
        if (value.Length < sizeof(uint))
        {
            return;
        }

        uint sequence = BinaryPrimitives.ReadUInt32BigEndian(value);
        if (sequence == _expected)
        {
            _expected++;
        }

        Answer(sequence, sequence == _expected - 1 ? SctpResetResult.Denied : SctpResetResult.BadSequenceNumber);
    }

    private void Answer(uint sequence, SctpResetResult result)
    {
        _lastResult = sequence == _expected - 1 ? result : _lastResult;
        _responses.RemoveAll(r => r.Sequence == sequence);
        if (_responses.Count < MaxResponses)
        {
            _responses.Add((sequence, result));
        }
    }
}
