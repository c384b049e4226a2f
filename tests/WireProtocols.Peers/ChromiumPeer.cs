using System.Text.Json;
using WireProtocols.InteropTests;

namespace WireProtocols.Peers;

/// <summary>A headless Chromium whose page plays the cases: the same script that Node runs.</summary>
internal static class ChromiumPeer
{
    /// <param name="script">The file: <c>export default async (Class, url) => …</c>; its name begins with <c>websocket</c>, or the class is
    /// <c>EventSource</c>.</param>
    /// <param name="url">The examiner.</param>
    public static async Task RunAsync(string script, string url)
    {
        string loop = (await File.ReadAllTextAsync(script)).Replace("export default ", "", StringComparison.Ordinal).TrimEnd().TrimEnd(';');
        string name = Path.GetFileName(script).StartsWith("websocket", StringComparison.Ordinal) ? "WebSocket" : "EventSource";

        // The page is of no origin of the examiner's; its reports would be asked for leave otherwise.
        await using Chromium browser = await StartAsync("--disable-web-security");
        using Chromium.Page page = await browser.OpenAsync("about:blank");
        await page.EvaluateAsync($"({loop})({name}, {JsonSerializer.Serialize(url)})");
    }

    public static async Task<string> GetVersionAsync()
    {
        await using Chromium browser = await StartAsync();
        using Chromium.Page page = await browser.OpenAsync("about:blank");
        return ((string?)await page.EvaluateAsync("navigator.userAgent.match(/Chrome\\/([0-9.]+)/)[1]"))!;
    }

    private static async Task<Chromium> StartAsync(params string[] flags)
        => await Chromium.TryStartAsync(flags) ?? throw new InvalidOperationException("Chromium is not installed.");
}
