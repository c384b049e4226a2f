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

/// <summary>Requests to begin streams anew, ours and the peer's (RFC 6525 §5).</summary>
internal sealed class SctpResets(uint initialTsn, uint peerInitialTsn, SctpTimeout timeout)
{
    private const int RequestFields = 12;
    private const int ResponseFields = 8;
    private const int RequestSize = SctpParameter.HeaderSize + RequestFields;
    private const int ResponseSize = SctpParameter.HeaderSize + ResponseFields;

    // A RE-CONFIG holds at most two parameters, and so at most two answers (RFC 6525 §3.1).
    private const int MaxResponses = 2;

    private readonly SortedSet<int> _wanted = [];
    private readonly List<int> _requested = [];
    private uint _nextRequest = initialTsn;
    private uint _expected = peerInitialTsn;
    private SctpResetResult _lastResult;
    private readonly List<(uint Sequence, SctpResetResult Result)> _responses = [];
    private bool _isDue;

    /// <summary>When an unanswered request is sent again.</summary>
    public TimeSpan? Deadline { get; private set; }

    /// <summary>How often the request has been sent.</summary>
    public int Attempts { get; private set; }

    /// <summary>Asks for a stream of ours to begin anew.</summary>
    public void Want(int streamId) => _wanted.Add(streamId);

    /// <summary>Whether a stream is to begin anew, or is being asked to.</summary>
    public bool IsClosing(int streamId) => _wanted.Contains(streamId) || _requested.Contains(streamId);

    /// <summary>Whether there is something to add to a packet: an answer, or a request for streams that have nothing left to send.</summary>
    public bool HasSomething(SctpSender sender)
        => _responses.Count > 0 || _isDue || (_requested.Count == 0 && _wanted.Any(s => !sender.IsBusy(s)));

    /// <summary>The request was not answered in time.</summary>
    public void Expired()
    {
        Deadline = null;
        _isDue = true;
        timeout.BackOff();
    }

    /// <summary>Adds RE-CONFIG, as far as there is room; the rest is for the next packet.</summary>
    public void Write(SctpPacketWriter writer, SctpSender sender, TimeSpan now)
    {
        if (_requested.Count == 0)
        {
            int most = (writer.Room - SctpChunk.HeaderSize - RequestSize - (2 * ResponseSize)) / sizeof(ushort);
            _requested.AddRange(_wanted.Where(s => !sender.IsBusy(s)).Take(most));
            _wanted.ExceptWith(_requested);
            _isDue = _requested.Count > 0;
            Attempts = 0;
        }

        int requestSize = SctpParameter.Pad(RequestSize + (sizeof(ushort) * _requested.Count));
        bool requests = _isDue && SctpChunk.HeaderSize + requestSize <= writer.Room;
        int room = writer.Room - SctpChunk.HeaderSize - (requests ? requestSize : 0);

        // A request goes with one answer, or there are two answers.
        int responses = Math.Max(0, Math.Min(Math.Min(_responses.Count, requests ? 1 : MaxResponses), room / ResponseSize));
        if (!requests && responses == 0)
        {
            return;
        }

        writer.BeginChunk(SctpChunkType.Reconfig);
        if (requests)
        {
            byte[] request = new byte[RequestFields + (sizeof(ushort) * _requested.Count)];
            BinaryPrimitives.WriteUInt32BigEndian(request, _nextRequest);
            BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(4), _expected - 1);
            BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(8), sender.LastTsn);
            for (int i = 0; i < _requested.Count; i++)
            {
                BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(RequestFields + (i * sizeof(ushort))), (ushort)_requested[i]);
            }

            writer.AddParameter((int)SctpParameterType.OutgoingReset, request);
            Attempts++;
            Deadline = now + timeout.Value;
            _isDue = false;
        }

        Span<byte> response = stackalloc byte[ResponseFields];
        foreach ((uint sequence, SctpResetResult result) in _responses[..responses])
        {
            BinaryPrimitives.WriteUInt32BigEndian(response, sequence);
            BinaryPrimitives.WriteUInt32BigEndian(response[sizeof(uint)..], (uint)result);
            writer.AddParameter((int)SctpParameterType.ReconfigResponse, response);
        }

        _responses.RemoveRange(0, responses);
        writer.EndChunk();
    }

    /// <summary>Takes an answer.</summary>
    /// <returns>Our streams that begin anew; none where the answer is to something else, or bids us wait.</returns>
    public IReadOnlyList<int> TakeResponse(ReadOnlySpan<byte> value, SctpSender sender)
    {
        if (value.Length < ResponseFields || _requested.Count == 0 || BinaryPrimitives.ReadUInt32BigEndian(value) != _nextRequest)
        {
            return [];
        }

        if ((SctpResetResult)BinaryPrimitives.ReadUInt32BigEndian(value[4..]) == SctpResetResult.InProgress)
        {
            // The deadline that runs sends it again.
            Attempts = 0;
            return [];
        }

        int[] streams = [.. _requested];
        _requested.Clear();
        _nextRequest++;
        Deadline = null;
        _isDue = false;
        foreach (int stream in streams)
        {
            sender.ResetStream(stream);
        }

        return streams;
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
