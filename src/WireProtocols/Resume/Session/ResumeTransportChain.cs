namespace WireProtocols.Resume;

/// <summary>Which transport is tried next. One that has worked is tried again; one that fails gives way to the next, and after the last the
/// first.</summary>
internal sealed class ResumeTransportChain
{
    private readonly ResumeTransport[] _transports;
    private int _current;
    private int _failed;

    public ResumeTransportChain(IEnumerable<ResumeTransport> transports) => _transports = [.. transports];

    /// <summary>The one to try.</summary>
    public ResumeTransport Current => _transports[_current];

    /// <summary>The current one has brought the client to its server.</summary>
    public void Succeeded() => _failed = 0;

    /// <summary>The current one has not.</summary>
    /// <returns>Whether the next may be tried at once: it has not been in this round.</returns>
    public bool Failed()
    {
        _current = (_current + 1) % _transports.Length;
        _failed++;
        if (_failed < _transports.Length)
        {
            return true;
        }

        (_failed, _current) = (0, 0);
        return false;
    }
}
