namespace WireProtocols.Conformance;

/// <summary>A client in this process.</summary>
internal sealed class ClientFunction(Func<Uri, CancellationToken, Task> client) : IClientLauncher
{
    public IClientRun Start(Uri url) => new Run(client, url);

    private sealed class Run : IClientRun
    {
        private readonly CancellationTokenSource _stop = new();

        public Run(Func<Uri, CancellationToken, Task> client, Uri url) => Ended = Task.Run(() => RunAsync(client, url, _stop.Token));

        public Task<string> Ended { get; }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Ended;
            _stop.Dispose();
        }

        private static async Task<string> RunAsync(Func<Uri, CancellationToken, Task> client, Uri url, CancellationToken stop)
        {
            try
            {
                await client(url, stop);
                return "returned";
            }
            catch (Exception exception)
            {
                return $"threw {exception.GetType().Name}: {exception.Message}";
            }
        }
    }
}
