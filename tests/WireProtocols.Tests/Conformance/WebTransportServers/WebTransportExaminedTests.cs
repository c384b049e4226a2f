using WireProtocols.Cli.Serve.WebTransport;
using WireProtocols.Conformance;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>The examiner of WebTransport servers examined, in memory: it finds every mistake, and accuses nobody who made none.</summary>
public class WebTransportExaminedTests(ITestOutputHelper output)
{
    private static readonly Uri Url = new("https://127.0.0.1:4433/echo?a=b");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<WebTransportDefect, string> Mistakes => new(WebTransportDefects.All);

    [Fact]
    public void Ids_are_unique_and_of_one_form() => Examined.AreWhole(WebTransportServerCases.All, "webtransport");

    [Fact]
    public void There_are_enough_mistakes_and_each_has_a_case_that_exists()
    {
        Assert.True(WebTransportDefects.All.Count >= 40);
        Assert.Equal(
            Enum.GetValues<WebTransportDefect>().Where(d => d != WebTransportDefect.None).Except(WebTransportDefects.OnlyOfClients).Order(),
                WebTransportDefects.All.Select(d => d.Defect).Order());
        Assert.All(WebTransportDefects.All, d
            => Assert.Contains(WebTransportServerCases.All, c => c.Id == "webtransport/" + d.Case.TrimStart('~', '.')));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Every_mistake_is_found(WebTransportDefect mistake, string id)
    {
        ConformanceCase finder = Examined.CaseOf(WebTransportServerCases.All, "webtransport/", id);
        await using SubjectCarriers subjects = new(carrier => new WebTransportSubject(carrier, mistake).RunAsync(Stop));
        ConformanceResult result = await ConformanceRunner.PlayAsync(Url, finder, OptionsOf(subjects, 2), Stop);
        output.WriteLine($"{result.Verdict}: {result.Finding.Got}");
        foreach (ConformanceTraceLine line in result.Trace)
        {
            output.WriteLine($"{line}");
        }

        Assert.Equal(Examined.VerdictOf(id), result.Verdict);
    }

    [Fact]
    public Task The_clean_subject_is_not_accused() => AccuseNobodyAsync(c => new WebTransportSubject(c, WebTransportDefect.None).RunAsync(Stop), 4);

    /// <summary>Every processor is busy, and the cases are many at a time.</summary>
    [Fact]
    public async Task The_clean_subject_is_not_accused_under_load()
    {
        using BusyProcessors busy = new();
        await AccuseNobodyAsync(c => new WebTransportSubject(c, WebTransportDefect.None).RunAsync(Stop), 16);
    }

    [Fact]
    public Task The_library_is_not_accused() => AccuseNobodyAsync(EchoAsync, 4);

    private async Task AccuseNobodyAsync(Func<IQuicCarrier, Task> serve, int jobs)
    {
        await using SubjectCarriers subjects = new(serve);
        await Examined.AccusesNobodyAsync(
            ConformanceRunner.RunAsync(Url, WebTransportServerCases.All, OptionsOf(subjects, 10) with { Jobs = jobs }, Stop),
            WebTransportServerCases.All.Count,
            output);
    }

    private static ConformanceOptions OptionsOf(SubjectCarriers subjects, double seconds)
        => new() { Timeout = TimeSpan.FromSeconds(seconds), OpenCarrier = (_, _) => ValueTask.FromResult(subjects.Open()) };

    /// <summary>The library's own server, with the echo of <c>wire serve</c>.</summary>
    private static async Task EchoAsync(IQuicCarrier carrier)
    {
        using WebTransportConnection connection = new(WebTransportRole.Server, carrier);
        WebTransportEcho echo = new(TextWriter.Null);
        await new WebTransportPump(connection, carrier, echo.Handle).RunAsync(Stop);
    }
}
