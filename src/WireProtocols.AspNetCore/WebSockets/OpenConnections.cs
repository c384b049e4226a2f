namespace WireProtocols.AspNetCore;

/// <summary>The connections of an endpoint that are open, so that they can be told when the application stops.</summary>
internal sealed class OpenConnections
{
    private readonly Lock _lock = new();
    private readonly HashSet<OpenConnection> _open = [];
    private bool _isStopping;

    /// <summary>Takes a connection in.</summary>
    /// <returns>False where the application stops: then nobody would end it.</returns>
    public bool TryAdd(OpenConnection connection)
    {
        lock (_lock)
        {
            return !_isStopping && _open.Add(connection);
        }
    }

    /// <summary>It has ended.</summary>
    public void Remove(OpenConnection connection)
    {
        lock (_lock)
        {
            _open.Remove(connection);
        }
    }

    /// <summary>Tells all that the application stops, and drops in <paramref name="timeout"/> those that have not ended.</summary>
    public void Stop(TimeSpan timeout)
    {
        OpenConnection[] open;
        lock (_lock)
        {
            _isStopping = true;
            open = [.. _open];
        }

        foreach (OpenConnection connection in open)
        {
            // Nobody waits for it: it ends in time by itself.
            _ = connection.StopAsync(timeout);
        }
    }
}
