namespace WireProtocols.Peers;

/// <summary>A client that comes again and again.</summary>
internal static class Loop
{
    private const int MaxRefusals = 3;

    /// <param name="play">Plays one case, whatever becomes of it; false where nobody listened.</param>
    public static async Task RunAsync(Func<Task<bool>> play)
    {
        for (int refusals = 0; refusals < MaxRefusals;)
        {
            refusals = await play() ? 0 : refusals + 1;
        }
    }
}
