using WireProtocols.Cli.Traffic;

namespace WireProtocols.Cli.Tap;

/// <summary>Shows a recording.</summary>
internal sealed class ReplayToView(TrafficView view) : IReplay
{
    /// <summary>The numbers that the view gave the connections of the recording.</summary>
    private readonly Dictionary<int, int> _numbers = [];

    public ValueTask AddAsync(RecordedRow row, CancellationToken stop)
    {
        if (row.Kind == "stream")
        {
            _numbers[row.Stream] = view.Begin(row.Client, row.Server);
        }
        else if (_numbers.TryGetValue(row.Stream, out int number))
        {
            if (row.Kind == "bytes")
            {
                view.Add(number, row.Side, row.Bytes.Span);
            }
            else
            {
                view.Close(number, row.Side);
            }
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask CompleteAsync(CancellationToken stop) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
