namespace WireProtocols.Tests.Conformance;

/// <summary>Keeps every processor busy until it is disposed.</summary>
public sealed class BusyProcessors : IDisposable
{
    private readonly CancellationTokenSource _until = new();
    private readonly Thread[] _load;

    public BusyProcessors()
    {
        _load = [.. Enumerable.Range(0, 2 * Environment.ProcessorCount).Select(_ => new Thread(Burn))];
        Array.ForEach(_load, t => t.Start());
    }

    public void Dispose()
    {
        _until.Cancel();
        Array.ForEach(_load, t => t.Join());
        _until.Dispose();
    }

    private void Burn()
    {
        while (!_until.IsCancellationRequested)
        {
            Thread.SpinWait(1000);
        }
    }
}
