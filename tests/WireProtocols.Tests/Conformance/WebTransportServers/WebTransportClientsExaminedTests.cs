using WireProtocols.Cli.Serve.WebTransport;
using WireProtocols.Conformance;
using WireProtocols.WebTransport;

namespace WireProtocols.Tests.Conformance.WebTransportServers;

/// <summary>The examiner of WebTransport clients examined, in memory: it finds every mistake, and accuses nobody who made none.</summary>
public class WebTransportClientsExaminedTests(ITestOutputHelper output)
{
    private static readonly Uri Url = new("https://127.0.0.1:4433/");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Those of clients, and those of servers that the same case of clients finds.</summary>
    public static TheoryData<WebTransportDefect, string> Mistakes =>
        new([
            .. WebTransportDefects.OfClients,
            .. WebTransportDefects.All.Where(d => !WebTransportDefects.OfClients.Any(c => c.Defect == d.Defect)
                && WebTransportClientCases.All.Any(c => c.Id == "webtransport-client/" + d.Case.TrimStart('~', '.'))),
        ]);

    [Fact]
    public void Ids_are_unique_and_of_one_form() => Examined.AreWhole(WebTransportClientCases.All, "webtransport-client");

    [Fact]
    public void There_are_enough_mistakes() => Assert.True(Mistakes.Count >= 60, $"{Mistakes.Count}");

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Every_mistake_is_found(WebTransportDefect mistake, string id)
    {
        ConformanceCase finder = Examined.CaseOf(WebTransportClientCases.All, "webtransport-client/", id);
        await using SubjectCarriers subjects = new(c => new WebTransportSubject(c, mistake, isClient: true).RunAsync(Stop), isClient: true);
        ConformanceResult result = await ConformanceRunner.PlayAsync(Url, finder, OptionsOf(subjects, 2), Stop);
        output.WriteLine($"{result.Verdict}: {result.Finding.Got}");
        foreach (ConformanceTraceLine line in result.Trace)
        {
            output.WriteLine($"{line}");
        }

        Assert.Equal(Examined.VerdictOf(id), result.Verdict);
    }

    [Fact]
    public Task The_clean_subject_is_not_accused()
        => AccuseNobodyAsync(c => new WebTransportSubject(c, WebTransportDefect.None, isClient: true).RunAsync(Stop), 4);

    [Fact]
    public async Task The_clean_subject_is_not_accused_under_load()
    {
        using BusyProcessors busy = new();
        await AccuseNobodyAsync(c => new WebTransportSubject(c, WebTransportDefect.None, isClient: true).RunAsync(Stop), 16);
    }

    [Fact]
    public Task The_library_is_not_accused() => AccuseNobodyAsync(EchoAsync, 4);

    private async Task AccuseNobodyAsync(Func<IQuicCarrier, Task> connect, int jobs)
    {
        await using SubjectCarriers subjects = new(connect, isClient: true);
        await Examined.AccusesNobodyAsync(
            ConformanceRunner.RunAsync(Url, WebTransportClientCases.All, OptionsOf(subjects, 10) with { Jobs = jobs }, Stop),
            WebTransportClientCases.All.Count,
            output);
    }

    /// <summary>The library's own client, with the echo of <c>wire serve</c>.</summary>
    private static async Task EchoAsync(IQuicCarrier carrier)
    {
        using WebTransportConnection connection = new(WebTransportRole.Client, carrier);
        WebTransportEcho echo = new(TextWriter.Null);
        await new WebTransportPump(connection, carrier, Handle).RunAsync(Stop);

        void Handle(WebTransportEvent item)
        {
            if (item.Kind == WebTransportEventKind.Ready && item.Error == WebTransportProtocolError.None)
            {
                connection.Connect("localhost", "/");
            }
            else
            {
                echo.Handle(item);
            }
        }
    }

    private static ConformanceOptions OptionsOf(SubjectCarriers subjects, double seconds)
        => new() { Timeout = TimeSpan.FromSeconds(seconds), OpenCarrier = (_, _) => ValueTask.FromResult(subjects.Open()) };
}
