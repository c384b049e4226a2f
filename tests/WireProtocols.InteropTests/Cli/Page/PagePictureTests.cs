namespace WireProtocols.InteropTests.Cli.Page;

/// <summary>
/// <c>docs/images/page.png</c> is the page with a broken frame, and what its byte means. <c>WIREPROTOCOLS_UPDATE_SNAPSHOTS=1</c> takes it again.
/// </summary>
public sealed class PagePictureTests(ServeFixture server)
{
    [Fact]
    public async Task The_picture_of_the_page_is_the_page()
    {
        (Chromium browser, Chromium.Page page) = await ServePage.OpenAsync(server.Http, "");
        await using Chromium closing = browser;
        using Chromium.Page disposing = page;
        await page.ResizeAsync(1280, 820);
        await ServePage.GoAsync(page, $"#raw?preset={Uri.EscapeDataString("Broken: a Ping in fragments")}&byte=3.0");
        await ServePage.HasAsync(page, "FragmentedControlFrame");
        await ServePage.UntilAsync(page, "document.querySelector('#inspector .rule.bad')");
        await ServePage.KeepAsync(page, "page");
        string picture = Path.Combine(ServePage.FindRoot(), "docs", "images", "page.png");
        if (Environment.GetEnvironmentVariable("WIREPROTOCOLS_UPDATE_SNAPSHOTS") == "1")
        {
            await File.WriteAllBytesAsync(picture, await page.TakeScreenshotAsync(), TestContext.Current.CancellationToken);
        }

        Assert.True(File.Exists(picture));
    }
}
