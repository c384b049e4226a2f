using System.Diagnostics;
using WireProtocols.InteropTests.Cli;

namespace WireProtocols.InteropTests.WebTransport;

/// <summary>A WebTransport server in other processes, and a browser that opens pages of `wire serve`.</summary>
public abstract class WebTransportBrowser : IAsyncLifetime
{
    private readonly List<string> _log = [];
    private readonly List<Process> _processes = [];
    private TaskCompletionSource _logged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Chromium? _browser;

    /// <summary>Why nothing was started, or null.</summary>
    public string? Missing { get; private set; }

    /// <summary>For instance <c>https://127.0.0.1:40123</c>.</summary>
    public string Url { get; protected set; } = "";

    /// <summary>The SHA-256 of the certificate in hexadecimal, for serverCertificateHashes.</summary>
    public string CertificateHash { get; protected set; } = "";

    /// <summary>The page of `wire serve`.</summary>
    public string PageUrl { get; protected set; } = "";

    public async ValueTask InitializeAsync()
    {
        Missing = FindMissing();
        if (Missing is not null)
        {
            return;
        }

        _browser = await Chromium.TryStartAsync();
        if (_browser is null)
        {
            Missing = "Chromium is not installed.";
            return;
        }

        await StartAsync();
    }

    /// <summary>Opens a page, or skips the test.</summary>
    public async Task<Chromium.Page> OpenPageAsync(string url)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        return await _browser!.OpenAsync(url);
    }

    /// <summary>
    /// Opens a page and runs a script in it that has <c>connect(path, options)</c>, <c>readAll(readable)</c>, <c>text</c> and <c>bytes</c>.
    /// </summary>
    /// <param name="script">What stands in an async function.</param>
    /// <param name="flag">A flag for a browser of its own, or "".</param>
    public async Task<string> RunAsync(string script, string flag = "")
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        await using Chromium? own = flag.Length == 0 ? null : await Chromium.TryStartAsync(flag);
        using Chromium.Page page = await (own ?? _browser!).OpenAsync(PageUrl);
        string prelude = $$"""
            const bytes = (s) => new TextEncoder().encode(s);
            const text = (b) => new TextDecoder().decode(b);
            const connect = async (path, options) => {
              const value = new Uint8Array('{{CertificateHash}}'.match(/../g).map(h => parseInt(h, 16)));
              const wt = new WebTransport('{{Url}}' + path, { serverCertificateHashes: [{ algorithm: 'sha-256', value }], ...options });
              wt.closed.catch(() => {});
              await wt.ready;
              return wt;
            };
            const readAll = async (readable) => {
              const reader = readable.getReader();
              let all = new Uint8Array();
              for (;;) {
                const { value, done } = await reader.read();
                if (done) return all;
                const joined = new Uint8Array(all.length + value.length);
                joined.set(all);
                joined.set(value, all.length);
                all = joined;
              }
            };
            // Chromium's data pipe may break before it has heard of the code; then what fails is no WebTransportError, and another try tells.
            const writeFailure = async (attempt) => {
              for (let i = 0; ; i++) {
                const writer = await attempt();
                const seen = await failure((async () => {
                    for (;;) { await writer.write(bytes('more')); await new Promise(r => setTimeout(r, 1)); }
                })());
                if (seen.startsWith('WebTransportError') || i === 300) return seen;
              }
            };
            const failure = async (promise) => {
                try { await promise; return 'nothing failed'; } catch (e) { return `${e.name} ${e.source} ${e.streamErrorCode}`; }
            };
            """;
        return (await page.EvaluateAsync($"(async () => {{ {prelude}\n{script} }})()"))?.ToString() ?? "";
    }

    /// <summary>Waits until the server has logged a line that contains the text.</summary>
    public async Task WaitForLogAsync(string text)
    {
        while (true)
        {
            Task changed;
            lock (_log)
            {
                if (_log.Exists(l => l.Contains(text, StringComparison.Ordinal)))
                {
                    return;
                }

                changed = _logged.Task;
            }

            await changed.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await (_browser?.DisposeAsync() ?? default);
        foreach (Process process in Enumerable.Reverse(_processes))
        {
            await WireProcess.SignalAsync(process, "TERM");
            await process.WaitForExitAsync();
            Assert.Equal(0, process.ExitCode);
            process.Dispose();
        }
    }

    /// <summary>What is not installed, as a sentence; null where all is.</summary>
    protected abstract string? FindMissing();

    /// <summary>Starts the processes and sets where they are.</summary>
    protected abstract Task StartAsync();

    /// <summary>Ends a process with the fixture.</summary>
    protected Process Own(Process process)
    {
        _processes.Add(process);
        return process;
    }

    /// <summary>Keeps the lines that a process logs.</summary>
    protected async Task FollowAsync(StreamReader log)
    {
        while (await log.ReadLineAsync() is { } line)
        {
            TaskCompletionSource logged;
            lock (_log)
            {
                _log.Add(line);
                logged = _logged;
                _logged = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            logged.SetResult();
        }
    }

    protected static async Task<string> ReadAfterAsync(Process process, string announcement)
    {
        string? line = await process.StandardOutput.ReadLineAsync();
        Assert.StartsWith(announcement, line, StringComparison.Ordinal);
        return line![announcement.Length..];
    }
}
