using System.Diagnostics;

namespace WireProtocols.InteropTests.ServerSentEvents;

/// <summary>A headless Chromium on one page, for as long as it takes.</summary>
internal static class Chromium
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Opens the page and waits for what it leads to; skips the test where there is no Chromium.</summary>
    public static async Task<T> RunAsync<T>(Uri page, Task<T> result)
    {
        DirectoryInfo profile = Directory.CreateTempSubdirectory("chromium-");
        using Process browser = Start(page, profile.FullName);
        try
        {
            Task<string> error = browser.StandardError.ReadToEndAsync();
            _ = browser.StandardOutput.ReadToEndAsync();
            Task exited = browser.WaitForExitAsync(TestContext.Current.CancellationToken);
            Task first = await Task.WhenAny(result, exited).WaitAsync(Patience, TestContext.Current.CancellationToken);
            Assert.True(first == result, $"Chromium ended too early:\n{(first == exited ? await error : "")}");
            return await result;
        }
        finally
        {
            browser.Kill(entireProcessTree: true);
            await browser.WaitForExitAsync(CancellationToken.None);
            Delete(profile);
        }
    }

    private static Process Start(Uri page, string profile)
    {
        ProcessStartInfo start = new("chromium")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
                "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", $"--user-data-dir={profile}", page.AbsoluteUri,
            },
        };
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("Chromium is not installed.");
            throw;
        }
    }

    private static void Delete(DirectoryInfo profile)
    {
        try
        {
            profile.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A process of the browser's is still putting its things away; it is a temporary folder.
        }
    }
}
