namespace WireProtocols.Resume;

/// <summary>How many bytes all sessions of a store keep.</summary>
/// <param name="most">The most.</param>
/// <param name="tryMakeRoom">Gives up a session that nobody is connected to; false where there is none.</param>
internal sealed class ResumeStoreBytes(long most, Func<bool> tryMakeRoom)
{
    private long _count;

    public long Count => Volatile.Read(ref _count);

    public void Change(long bytes) => Interlocked.Add(ref _count, bytes);

    /// <summary>Whether there is room for so many bytes more.</summary>
    public bool HasRoomFor(int length)
    {
        while (Count + length > most)
        {
            if (length > most || !tryMakeRoom())
            {
                return false;
            }
        }

        return true;
    }
}
