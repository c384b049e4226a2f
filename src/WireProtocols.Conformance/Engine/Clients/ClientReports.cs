using System.Text;

namespace WireProtocols.Conformance;

/// <summary>What the client of one case has reported so far.</summary>
internal sealed class ClientReports
{
    private readonly List<ClientReport> _all = [];
    private readonly Lock _lock = new();
    private readonly ClientSignal _changed = new();

    /// <summary>How many requests brought reports; one without a line counts as well.</summary>
    public int Posts { get; private set; }

    public IReadOnlyList<ClientReport> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _all];
            }
        }
    }

    /// <summary>The change behind the reports seen so far.</summary>
    public Task Changed => _changed.Next;

    /// <summary>The body of one request: an object of JSON a line.</summary>
    public void Add(ReadOnlySpan<byte> body)
    {
        string[] lines = Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        lock (_lock)
        {
            _all.AddRange(lines.Select(ClientReport.Parse));
            Posts++;
        }

        _changed.Set();
    }
}
