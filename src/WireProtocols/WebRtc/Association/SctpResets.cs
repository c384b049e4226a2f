using System.Buffers.Binary;

namespace WireProtocols.WebRtc;

/// <summary>What the peer has answered to a request to begin streams of ours anew.</summary>
/// <param name="Streams">The streams that it decides about; none where it decides nothing yet.</param>
/// <param name="IsDone">Whether they begin anew; else they go on where they were.</param>
internal readonly record struct SctpResetAnswer(IReadOnlyList<int> Streams, bool IsDone)
{
    /// <summary>Nothing is decided.</summary>
    public static SctpResetAnswer None { get; } = new([], false);
}

/// <summary>Our requests to begin streams anew, one at a time (RFC 6525 §5.1).</summary>
internal sealed class SctpResets(uint initialTsn, SctpPeerResets peer, SctpTimeout timeout)
{
    private const int RequestFields = 12;
    private const int RequestSize = SctpParameter.HeaderSize + RequestFields;

    private readonly SortedSet<int> _wanted = [];
    private readonly List<int> _requested = [];
    private uint _nextRequest = initialTsn;
    private bool _isDue;
    private bool _isInProgress;

    /// <summary>When an unanswered request is sent again.</summary>
    public TimeSpan? Deadline { get; private set; }

    /// <summary>Asks for a stream of ours to begin anew.</summary>
    public void Want(int streamId) => _wanted.Add(streamId);

    /// <summary>Whether a stream is to begin anew, or is being asked to.</summary>
    public bool IsClosing(int streamId) => _wanted.Contains(streamId) || _requested.Contains(streamId);

    /// <summary>Whether there is something to add to a packet: an answer, or a request for streams that have nothing left to send.</summary>
    public bool HasSomething(SctpSender sender)
        => peer.Waiting > 0 || _isDue || (_requested.Count == 0 && _wanted.Any(s => !sender.IsBusy(s)));

    /// <summary>The request is sent again.</summary>
    /// <returns>Whether it was not answered in time; a peer that is at it has answered.</returns>
    public bool Expired()
    {
        bool isUnanswered = !_isInProgress;
        Deadline = null;
        _isDue = true;
        _isInProgress = false;
        if (isUnanswered)
        {
            timeout.BackOff();
        }

        return isUnanswered;
    }

    /// <summary>Adds RE-CONFIG, as far as there is room; the rest is for the next packet.</summary>
    public void Write(SctpPacketWriter writer, SctpSender sender, TimeSpan now)
    {
        if (_requested.Count == 0)
        {
            int most = (writer.Room - SctpChunk.HeaderSize - RequestSize - (2 * SctpPeerResets.ResponseSize)) / sizeof(ushort);
            _requested.AddRange(_wanted.Where(s => !sender.IsBusy(s)).Take(most));
            _wanted.ExceptWith(_requested);
            _isDue = _requested.Count > 0;
        }

        int requestSize = SctpParameter.Pad(RequestSize + (sizeof(ushort) * _requested.Count));
        bool requests = _isDue && SctpChunk.HeaderSize + requestSize <= writer.Room;
        int room = writer.Room - SctpChunk.HeaderSize - (requests ? requestSize : 0);

        // A request goes with one answer, or there are two answers.
        int waiting = Math.Min(peer.Waiting, requests ? 1 : SctpPeerResets.MaxResponses);
        int responses = Math.Max(0, Math.Min(waiting, room / SctpPeerResets.ResponseSize));
        if (!requests && responses == 0)
        {
            return;
        }

        writer.BeginChunk(SctpChunkType.Reconfig);
        if (requests)
        {
            WriteRequest(writer, sender.LastTsn);
            Deadline = now + timeout.Value;
            _isDue = false;
        }

        peer.Write(writer, responses);
        writer.EndChunk();
    }

    /// <summary>Takes an answer.</summary>
    public SctpResetAnswer TakeResponse(ReadOnlySpan<byte> value, TimeSpan now)
    {
        if (value.Length < SctpPeerResets.ResponseFields || _requested.Count == 0 || BinaryPrimitives.ReadUInt32BigEndian(value) != _nextRequest)
        {
            return SctpResetAnswer.None;
        }

        SctpResetResult result = (SctpResetResult)BinaryPrimitives.ReadUInt32BigEndian(value[sizeof(uint)..]);
        if (result == SctpResetResult.InProgress)
        {
            // It is asked again, the same, after another RTO.
            _isInProgress = true;
            Deadline = now + timeout.Value;
            return SctpResetAnswer.None;
        }

        int[] streams = [.. _requested];
        _requested.Clear();
        _nextRequest++;
        Deadline = null;
        _isDue = false;
        _isInProgress = false;
        return new SctpResetAnswer(streams, result is SctpResetResult.NothingToDo or SctpResetResult.Performed);
    }

    private void WriteRequest(SctpPacketWriter writer, uint lastTsn)
    {
        byte[] request = new byte[RequestFields + (sizeof(ushort) * _requested.Count)];
        BinaryPrimitives.WriteUInt32BigEndian(request, _nextRequest);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(4), peer.LastRequest);
        BinaryPrimitives.WriteUInt32BigEndian(request.AsSpan(8), lastTsn);
        for (int i = 0; i < _requested.Count; i++)
        {
            BinaryPrimitives.WriteUInt16BigEndian(request.AsSpan(RequestFields + (i * sizeof(ushort))), (ushort)_requested[i]);
        }

        writer.AddParameter((int)SctpParameterType.OutgoingReset, request);
    }
}
