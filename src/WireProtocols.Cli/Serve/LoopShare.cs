namespace WireProtocols.Cli.Serve;

/// <summary>
/// How much a handler has done since it last left its event loop, where others wait meanwhile. What it counts is the length of messages: a few bytes
/// of a compressed one are much work.
/// </summary>
internal struct LoopShare
{
    private const int Most = 1024 * 1024;

    private long _done;

    /// <summary>Counts a message.</summary>
    /// <returns>Whether the handler is to leave the loop, with <see cref="Task.Yield"/>.</returns>
    public bool IsUsedUpBy(int length)
    {
        _done += length;
        if (_done < Most)
        {
            return false;
        }

        _done = 0;
        return true;
    }
}
