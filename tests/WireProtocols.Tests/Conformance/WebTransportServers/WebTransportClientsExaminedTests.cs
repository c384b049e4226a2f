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

    /// <summary>What a client may do besides is no mistake, and its request is found behind it.</summary>
    [Theory]
    [InlineData(WebTransportManner.UnknownFrameFirst, "webtransport-client/connect/*")]
    [InlineData(WebTransportManner.OtherRequestFirst, "*")]
    public Task Other_manners_are_not_accused(WebTransportManner manner, string filter)
        => AccuseNobodyAsync(Subject(WebTransportDefect.None, manner), 16, filter);

    /// <summary>The session that must not be there is that of the request which was refused.</summary>
    [Theory]
    [InlineData(WebTransportDefect.AnyStatus, "connect/answer/404")]
    [InlineData(WebTransportDefect.TakesMalformedAnswers, "connect/answer/malformed/two-status")]
    [InlineData(WebTransportDefect.LeavesMalformedAnswers, "connect/answer/malformed/two-status")]
    [InlineData(WebTransportDefect.CancelsMalformedAnswers, "~connect/answer/malformed/two-status")]
    public async Task Mistakes_are_found_on_another_stream(WebTransportDefect mistake, string id)
    {
        ConformanceCase finder = Examined.CaseOf(WebTransportClientCases.All, "webtransport-client/", id);
        await using SubjectCarriers subjects = new(Subject(mistake, WebTransportManner.OtherRequestFirst), isClient: true);
        ConformanceResult result = await ConformanceRunner.PlayAsync(Url, finder, OptionsOf(subjects, 2), Stop);
        output.WriteLine($"{result.Verdict}: {result.Finding.Got}");
        Assert.Equal(Examined.VerdictOf(id), result.Verdict);
    }

    private static Func<IQuicCarrier, Task> Subject(WebTransportDefect defect, WebTransportManner manner)
        => carrier => new WebTransportSubject(carrier, defect, isClient: true, manner).RunAsync(Stop);

    private async Task AccuseNobodyAsync(Func<IQuicCarrier, Task> connect, int jobs, string filter = "*")
    {
        await using SubjectCarriers subjects = new(connect, isClient: true);
        ConformanceCase[] cases = [.. WebTransportClientCases.All.Where(c => c.Matches(filter))];
        await Examined.AccusesNobodyAsync(
            ConformanceRunner.RunAsync(Url, cases, OptionsOf(subjects, 10) with { Jobs = jobs }, Stop), cases.Length, output);
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
