using System.Text;
using WireProtocols.Cli;
using WireProtocols.Cli.IO;

namespace WireProtocols.InteropTests;

/// <summary>`wire serve` in this process, on a port of its own, for as long as the tests run.</summary>
public class ServeFixture : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = new();
    private Task<int>? _running;

    /// <summary>Further arguments.</summary>
    protected virtual string[] Arguments => [];

    /// <summary>For instance <c>http://127.0.0.1:40123</c>.</summary>
    public string Http { get; private set; } = "";

    /// <summary>The same server under <c>ws:</c>.</summary>
    public string WebSocket => Http.Replace("http:", "ws:", StringComparison.Ordinal);

    public async ValueTask InitializeAsync()
    {
        FirstLine output = new();
        ToolIO io = new() { Input = Stream.Null, Output = output, Error = Console.Error };
        _running = WireTool.RunAsync(["serve", "--port", "0", .. Arguments], io, _stop.Token);
        await Task.WhenAny(output.Line, _running);
        Http = (await output.Line)["Listening on ".Length..];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        Assert.Equal(0, await _running!);
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>An output that waits for its first line.</summary>
    private sealed class FirstLine : MemoryStream
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
}
