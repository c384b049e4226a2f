namespace WireProtocols.Benchmarks.Soak.Resume;

/// <summary>The counts of a run.</summary>
public sealed class TroubleCounts
{
    private readonly int[] _troubles = new int[Enum.GetValues<TroubleKind>().Length];
    private long _messages;
    private long _lost;
    private long _twice;
    private long _changed;
    private long _connections;
    private long _bytes;

    public long Messages => Volatile.Read(ref _messages);

    public long Lost => Volatile.Read(ref _lost);

    public long Twice => Volatile.Read(ref _twice);

    public long Changed => Volatile.Read(ref _changed);

    /// <summary>How often a client has reached a server.</summary>
    public long Connections => Volatile.Read(ref _connections);

    /// <summary>The bytes on the wire.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public TimeSpan Elapsed { get; set; }

    public IReadOnlyList<int> Troubles => _troubles;

    public void NoteMessage() => Interlocked.Increment(ref _messages);

    public void NoteLost(int count) => Interlocked.Add(ref _lost, count);

    public void NoteTwice() => Interlocked.Increment(ref _twice);

    public void NoteChanged() => Interlocked.Increment(ref _changed);

    public void NoteConnection() => Interlocked.Increment(ref _connections);

    public void NoteBytes(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void NoteTrouble(TroubleKind kind) => Interlocked.Increment(ref _troubles[(int)kind]);
}
