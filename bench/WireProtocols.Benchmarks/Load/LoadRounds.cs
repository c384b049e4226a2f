namespace WireProtocols.Benchmarks.Load;

/// <summary>Measures servers in turn, round by round, so that whatever the machine does meanwhile meets all.</summary>
public static class LoadRounds
{
    /// <summary>A round that does not count: servers that are compiled while they run are slow at first.</summary>
    public static Task WarmUpAsync(IReadOnlyList<LoadServer> servers, Func<LoadServer, Task<LoadRow>> measure) => RunAsync(servers, 1, measure);

    /// <returns>For each server the round with the median rate, whole.</returns>
    public static async Task<IReadOnlyList<LoadRow>> RunAsync(IReadOnlyList<LoadServer> servers, int rounds, Func<LoadServer, Task<LoadRow>> measure)
    {
        List<LoadRow>[] rows = [.. servers.Select(_ => new List<LoadRow>())];
        for (int round = 0; round < rounds; round++)
        {
            for (int i = 0; i < servers.Count; i++)
            {
                rows[i].Add(await measure(servers[i]));
            }
        }

        return [.. rows.Select(r => r.OrderBy(row => row.Rate).ElementAt(r.Count / 2))];
    }
}
