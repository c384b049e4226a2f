using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace WireProtocols.InteropTests;

/// <summary>A headless Chromium, driven over its DevTools protocol.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];
    private readonly Process _process;
    private readonly DirectoryInfo _profile;
    private readonly Uri _devTools;

    private Chromium(Process process, DirectoryInfo profile, Uri devTools)
    {
        _process = process;
        _profile = profile;
        _devTools = devTools;
    }

    /// <summary>Starts it; null where it is not installed.</summary>
    public static async Task<Chromium?> TryStartAsync(params string[] flags)
    {
        string? program
            = Names.SelectMany(n => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(f => Path.Combine(f, n)))
            .FirstOrDefault(File.Exists);
        if (program is null)
        {
            return null;
        }

        DirectoryInfo profile = Directory.CreateTempSubdirectory("wire-chromium-");
        Process process = Process.Start(new ProcessStartInfo(
            program,
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
                "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}", .. flags,
                "about:blank",
            ])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        })!;
        const string Announcement = "DevTools listening on ";
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(Announcement, StringComparison.Ordinal))
            {
                _ = process.StandardError.ReadToEndAsync();
                _ = process.StandardOutput.ReadToEndAsync();
                return new Chromium(process, profile, new Uri(line[Announcement.Length..]));
            }
        }

        throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }

    /// <summary>Opens a page and waits until it has been loaded.</summary>
    public async Task<Page> OpenAsync(string url)
    {
        using HttpClient http = new();
        using HttpResponseMessage response = await http.PutAsync(new Uri($"http://{_devTools.Authority}/json/new?about:blank"), null);
        JsonNode target = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        ClientWebSocket socket = new();
        await socket.ConnectAsync(new Uri((string)target["webSocketDebuggerUrl"]!), CancellationToken.None);
        Page page = new(socket);
        await page.NavigateAsync(url);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        try
        {
            _profile.Delete(recursive: true);
        }
        catch (IOException)
        {
            // One of its processes is still writing; the folder is temporary anyway.
        }
    }

    /// <summary>A page that scripts are run in.</summary>
    public sealed class Page(ClientWebSocket socket) : IDisposable
    {
        private readonly List<string> _complaints = [];
        private int _id;
        private bool _loaded;

        /// <summary>What the console has said that is no good: errors, exceptions that nobody caught, complaints of the browser.</summary>
        public IReadOnlyList<string> Complaints => _complaints;

        /// <summary>Evaluates an expression, awaiting a promise.</summary>
        /// <returns>Its value.</returns>
        public async Task<JsonNode?> EvaluateAsync(string expression)
        {
            JsonNode answer = await SendAsync("Runtime.evaluate", new JsonObject
            {
                ["expression"] = expression,
                ["awaitPromise"] = true,
                ["returnByValue"] = true,
            });
            if (answer["exceptionDetails"] is { } details)
            {
                throw new InvalidOperationException($"The page threw: {details.ToJsonString()}");
            }

            return answer["result"]!["value"];
        }

        /// <summary>Makes the window as large as this, in pixels, and light or dark.</summary>
        public async Task ResizeAsync(int width, int height, string scheme = "light")
        {
            await SendAsync("Emulation.setDeviceMetricsOverride", new JsonObject
            {
                ["width"] = width,
                ["height"] = height,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = false,
            });
            await SendAsync("Emulation.setEmulatedMedia", new JsonObject
            {
                ["features"] = new JsonArray(
                    new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme },
                    new JsonObject { ["name"] = "prefers-reduced-motion", ["value"] = "reduce" }),
            });
        }

        /// <summary>Presses a key and lets it go.</summary>
        /// <param name="key">For instance <c>Tab</c>, <c>Enter</c> or <c>.</c></param>
        /// <param name="text">What it types; nothing for most.</param>
        public async Task PressAsync(string key, string? text = null)
        {
            JsonObject pressed = new() { ["type"] = text is null ? "rawKeyDown" : "keyDown", ["key"] = key, ["code"] = key };
            int code = key switch { "Tab" => 9, "Enter" => 13, "Escape" => 27, "ArrowRight" => 39, "ArrowDown" => 40, "End" => 35, _ => 0 };
            if (code != 0)
            {
                pressed["windowsVirtualKeyCode"] = code;
            }

            if (text is not null)
            {
                pressed["text"] = text;
            }

            await SendAsync("Input.dispatchKeyEvent", pressed);
            await SendAsync("Input.dispatchKeyEvent", new JsonObject { ["type"] = "keyUp", ["key"] = key, ["code"] = key });
        }

        /// <summary>What the window shows, as PNG.</summary>
        public async Task<byte[]> TakeScreenshotAsync()
            => Convert.FromBase64String((string)(await SendAsync("Page.captureScreenshot", new JsonObject { ["format"] = "png" }))["data"]!);

        /// <summary>Turns the network off, or on again, as the browser's own switch does.</summary>
        public Task GoOfflineAsync(bool isOffline)
            => SendAsync("Network.emulateNetworkConditions", new JsonObject
            {
                ["offline"] = isOffline,
                ["latency"] = 0,
                ["downloadThroughput"] = -1,
                ["uploadThroughput"] = -1,
            });

        public void Dispose() => socket.Dispose();

        internal async Task NavigateAsync(string url)
        {
            await SendAsync("Page.enable", []);
            await SendAsync("Runtime.enable", []);
            await SendAsync("Log.enable", []);
            await SendAsync("Network.enable", []);
            await SendAsync("Emulation.setFocusEmulationEnabled", new JsonObject { ["enabled"] = true });
            await SendAsync("Page.navigate", new JsonObject { ["url"] = url });
            while (!_loaded)
            {
                await ReceiveAsync();
            }
        }

        private async Task<JsonNode> SendAsync(string method, JsonObject parameters)
        {
            int id = ++_id;
            JsonObject request = new() { ["id"] = id, ["method"] = method, ["params"] = parameters };
            await socket.SendAsync(
                JsonSerializer.SerializeToUtf8Bytes(request), WebSocketMessageType.Text, true, CancellationToken.None);
            while (true)
            {
                JsonNode answer = await ReceiveAsync();
                if ((int?)answer["id"] == id)
                {
                    return answer["result"] ?? throw new InvalidOperationException(answer.ToJsonString());
                }
            }
        }

        private void Notice(string? method, JsonNode? said)
        {
            switch (method)
            {
                case "Page.loadEventFired":
                    _loaded = true;
                    break;
                case "Runtime.exceptionThrown":
                case "Runtime.consoleAPICalled" when (string?)said!["type"] is "error" or "warning" or "assert":
                case "Log.entryAdded" when (string?)said!["entry"]!["level"] is "error" or "warning":
                    _complaints.Add(said!.ToJsonString());
                    break;
                default:
                    break;
            }
        }

        private async Task<JsonNode> ReceiveAsync()
        {
            using MemoryStream message = new();
            byte[] buffer = new byte[16 * 1024];
            WebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(buffer, CancellationToken.None);
                message.Write(buffer, 0, result.Count);
            }
            while (!result.EndOfMessage);
            JsonNode received = JsonNode.Parse(message.ToArray())!;
            Notice((string?)received["method"], received["params"]);
            return received;
        }
    }
}
