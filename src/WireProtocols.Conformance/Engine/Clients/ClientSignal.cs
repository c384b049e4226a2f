namespace WireProtocols.Conformance;

/// <summary>Something has changed: whoever waits looks again.</summary>
internal sealed class ClientSignal
{
    private volatile TaskCompletionSource _next = New();

    /// <summary>The next change. Take it before looking.</summary>
    public Task Next => _next.Task;

    public void Set() => Interlocked.Exchange(ref _next, New()).SetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
