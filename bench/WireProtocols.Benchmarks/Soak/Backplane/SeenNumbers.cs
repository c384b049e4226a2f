namespace WireProtocols.Benchmarks.Soak.Backplane;

/// <summary>Which of the numbers from 0 on a client has seen, and how many of them twice.</summary>
public sealed class SeenNumbers
{
    private readonly Lock _lock = new();
    private readonly List<bool> _seen = [];
    private readonly List<(int Count, TaskCompletionSource Met)> _waiting = [];

    /// <summary>How many different ones.</summary>
    public int Count { get; private set; }

    /// <summary>How many came again.</summary>
    public int Twice { get; private set; }

    public void Add(int number)
    {
        lock (_lock)
        {
            while (_seen.Count <= number)
            {
                _seen.Add(false);
            }

            if (_seen[number])
            {
                Twice++;
                return;
            }

            _seen[number] = true;
            Count++;
            foreach ((_, TaskCompletionSource met) in _waiting.Where(w => w.Count <= Count))
            {
                met.TrySetResult();
            }
        }
    }

    /// <summary>Completes when as many different ones have come.</summary>
    public Task CameAsync(int count)
    {
        lock (_lock)
        {
            TaskCompletionSource met = new(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, met));
            if (Count >= count)
            {
                met.SetResult();
            }

            return met.Task;
        }
    }
}
