using System.Text;

namespace WireProtocols.Tests.Cli;

/// <summary>An output that waits for its first line.</summary>
internal sealed class ListeningLine : MemoryStream
{
    private readonly TaskCompletionSource<string> _line = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<string> Line => _line.Task;

    public override void Flush()
    {
        string text = Encoding.UTF8.GetString(ToArray());
        if (text.IndexOf('\n', StringComparison.Ordinal) is >= 0 and int end)
        {
            _line.TrySetResult(text[..end]);
        }
    }
}
