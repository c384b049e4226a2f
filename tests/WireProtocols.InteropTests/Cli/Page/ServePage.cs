using System.Text.Json;
using System.Text.Json.Nodes;

namespace WireProtocols.InteropTests.Cli.Page;

/// <summary>The page of `wire serve` in a browser, and how tests get about in it.</summary>
public static class ServePage
{
    /// <summary>Opens the page, which begins at once with what the address says; skips the test where there is no browser.</summary>
    public static async Task<(Chromium Browser, Chromium.Page Page)> OpenAsync(string http, string hash)
    {
        Chromium? browser = await Chromium.TryStartAsync();
        if (browser is null)
        {
            Assert.Skip("Chromium is not installed.");
        }

        return (browser, await browser.OpenAsync($"{http}/{hash}"));
    }

    /// <summary>Ends what runs, and begins with what another address says.</summary>
    public static async Task GoAsync(Chromium.Page page, string hash)
    {
        await UntilAsync(page, "document.querySelector('#actions button')");
        await page.EvaluateAsync("[...document.querySelectorAll('#actions button')].find(b => b.textContent === 'Stop')?.click()");
        await UntilAsync(page, "document.getElementById('state').textContent === 'idle'");
        await page.EvaluateAsync(
            $"new Promise(resolve => {{ location.hash = ''; addEventListener('hashchange', () => location.hash && setTimeout(resolve)); "
                + $"location.hash = {JsonSerializer.Serialize(hash)}; }})");
        await ClickAsync(page, "Start");
    }

    /// <summary>Presses a button by its text.</summary>
    public static Task ClickAsync(Chromium.Page page, string text)
        => page.EvaluateAsync(
            $"[...document.querySelectorAll('button')].find(b => b.textContent === {JsonSerializer.Serialize(text)}).click()");

    /// <summary>Waits, as long as the test may run, until the lists have all of these.</summary>
    public static Task HasAsync(Chromium.Page page, params string[] texts)
        => UntilAsync(
            page,
            $"{JsonSerializer.Serialize(texts)}.every(text => (document.getElementById('wire').textContent + "
                + "document.getElementById('browser').textContent).includes(text))");

    /// <summary>Waits until an expression is true, looking again whenever the page has changed.</summary>
    public static Task UntilAsync(Chromium.Page page, string expression)
        => page.EvaluateAsync($$"""
            new Promise(resolve => {
              const look = () => {
                if (!({{expression}})) return false;
                observer.disconnect();
                resolve();
                return true;
              };
              const observer = new MutationObserver(look);
              observer.observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
              look();
            })
            """);

    /// <summary>What is shown, as the page exports it.</summary>
    public static async Task<JsonArray> GetShownAsync(Chromium.Page page)
    {
        JsonNode? shown = await page.EvaluateAsync("new Promise(resolve => requestAnimationFrame(() => resolve(JSON.stringify(shown()))))");
        return JsonNode.Parse((string)shown!)!.AsArray();
    }

    /// <summary>Keeps what the window shows beside the results of the tests.</summary>
    public static async Task KeepAsync(Chromium.Page page, string name)
    {
        byte[] picture = await page.TakeScreenshotAsync();
        TestContext.Current.AddAttachment($"{name}.png", picture, "image/png");
        DirectoryInfo folder = Directory.CreateDirectory(Path.Combine(FindRoot(), "artifacts", "screenshots"));
        await File.WriteAllBytesAsync(Path.Combine(folder.FullName, $"{name}.png"), picture);
    }

    /// <summary>The folder of the checkout.</summary>
    public static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "WireProtocols.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("The tests run inside a checkout.");
    }
}
