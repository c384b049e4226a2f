using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using WireProtocols.InteropTests.Cli;

namespace WireProtocols.InteropTests.WebTransport;

/// <summary>`wire serve --webtransport` as a process, a QUIC carrier before it, and a browser that opens pages of the server.</summary>
public sealed class WebTransportFixture : IAsyncLifetime
{
    /// <summary>Names a file to write what crossed each connection to, for a new capture.</summary>
    private const string CaptureFile = "WIREPROTOCOLS_WRITE_CAPTURE";

    private readonly List<string> _log = [];
    private TaskCompletionSource _logged = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DirectoryInfo? _folder;
    private Process? _server;
    private Process? _carrier;
    private Chromium? _browser;
    private string _page = "";

    /// <summary>Why nothing was started, or null.</summary>
    public string? Missing { get; private set; }

    /// <summary>For instance <c>https://127.0.0.1:40123</c>.</summary>
    public string Url { get; private set; } = "";

    /// <summary>The SHA-256 of the certificate in hexadecimal, for serverCertificateHashes.</summary>
    public string CertificateHash { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        if (!NodePeer.Has("@matrixai/quic"))
        {
            Missing = "The npm package '@matrixai/quic' is not installed: run 'npm ci' in tests/WireProtocols.InteropTests/peers.";
            return;
        }

        _browser = await Chromium.TryStartAsync();
        if (_browser is null)
        {
            Missing = "Chromium is not installed.";
            return;
        }

        _server = WireProcess.Start("serve", "--port", "0", "--webtransport", "0");
        _page = await ReadAfterAsync(_server, "Listening on ") + "/";
        string port = (await ReadAfterAsync(_server, "Waiting for QUIC carriers on 127.0.0.1:")).Trim();
        _ = FollowAsync(_server.StandardError);

        _folder = Directory.CreateTempSubdirectory("wire-carrier-");
        (string certificate, string key) = WriteCertificate(_folder.FullName);
        string? capture = Environment.GetEnvironmentVariable(CaptureFile);
        _carrier = NodePeer.Start("quic-carrier.mjs", ["0", port, certificate, key, .. capture is null ? (string[])[] : [capture]]);
        _ = _carrier.StandardError.ReadToEndAsync();
        string[] words = (await ReadAfterAsync(_carrier, "Carrying udp://")).Split(' ');
        Url = $"https://{words[0]}";
        CertificateHash = words[^1];
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
        using Chromium.Page page = await (own ?? _browser!).OpenAsync(_page);
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
                if (seen.startsWith('WebTransportError') || i === 50) return seen;
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

    public async ValueTask DisposeAsync()
    {
        await (_browser?.DisposeAsync() ?? default);
        foreach (Process? process in (Process?[])[_carrier, _server])
        {
            if (process is not null)
            {
                await WireProcess.SignalAsync(process, "TERM");
                await process.WaitForExitAsync();
                Assert.Equal(0, process.ExitCode);
                process.Dispose();
            }
        }

        _folder?.Delete(recursive: true);
    }

    private async Task FollowAsync(StreamReader log)
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

    private static async Task<string> ReadAfterAsync(Process process, string announcement)
    {
        string? line = await process.StandardOutput.ReadLineAsync();
        Assert.StartsWith(announcement, line, StringComparison.Ordinal);
        return line![announcement.Length..];
    }

    /// <summary>What serverCertificateHashes needs: ECDSA P-256, and at most 14 days of validity.</summary>
    private static (string Certificate, string Key) WriteCertificate(string folder)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using X509Certificate2 certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(10));
        string certificateFile = Path.Combine(folder, "cert.pem");
        string keyFile = Path.Combine(folder, "key.pem");
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (certificateFile, keyFile);
    }
}
