using WireProtocols.Conformance;

namespace WireProtocols.Tests.Conformance;

/// <summary>The examiner examined: it finds every mistake with the case that is for it, and accuses nobody who made none.</summary>
public class ConformanceExaminedTests(ITestOutputHelper output)
{
    private static readonly ConformanceOptions Quick = new() { Timeout = TimeSpan.FromSeconds(5), Jobs = 8 };

    public static TheoryData<Defect, string> Mistakes => new(Defects.All);

    [Fact]
    public void There_are_enough_mistakes_and_each_has_a_case_that_exists()
    {
        Assert.True(Defects.All.Count >= 100);
        Assert.Equal(Enum.GetValues<Defect>().Where(d => d != Defect.None).Order(), Defects.All.Select(d => d.Defect).Order());
        Assert.All(Defects.All, d => Assert.Contains(WebSocketServerCases.All, c => c.Id == d.Case.TrimStart('~')));
    }

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Every_mistake_is_found(Defect mistake, string id)
    {
        ConformanceCase finder = Examined.CaseOf(WebSocketServerCases.All, "", id);
        await using SubjectServer subject = new(mistake);
        ConformanceResult result = await ConformanceRunner.PlayAsync(subject.Url, finder, Quick, TestContext.Current.CancellationToken);
        output.WriteLine($"{result.Verdict}: {result.Finding.Got}");
        Assert.Equal(Examined.VerdictOf(id), result.Verdict);
    }

    [Fact]
    public Task The_clean_subject_is_not_accused() => AccuseNobodyAsync(new ConformanceOptions());

    /// <summary>Every processor is busy, and the cases are many at a time.</summary>
    [Fact]
    public async Task The_clean_subject_is_not_accused_under_load()
    {
        using BusyProcessors busy = new();
        await AccuseNobodyAsync(new ConformanceOptions { Jobs = 16, Seed = 2 });
    }

    /// <summary>Chromium reads on while a large message waits for its page, and answers the Ping behind the Close: no sentence forbids it.</summary>
    [Theory]
    [InlineData("ws/close/after-a-large-message")]
    [InlineData("ws/close/then-ping")]
    public async Task A_Pong_for_a_Ping_behind_the_Close_is_no_mistake(string id)
    {
        await using SubjectServer subject = new(pongBeforeClose: [.. "late"u8]);
        ConformanceResult result = await ConformanceRunner.PlayAsync(
            subject.Url, ConformanceSuite.FindCase(id)!, Quick, TestContext.Current.CancellationToken);
        Assert.Equal((ConformanceVerdict.Pass, "Close 1000, and the end"), (result.Verdict, result.Finding.Got));
    }

    private async Task AccuseNobodyAsync(ConformanceOptions options)
    {
        await using SubjectServer subject = new();
        await Examined.AccusesNobodyAsync(
            ConformanceRunner.RunAsync(subject.Url, WebSocketServerCases.All, options, TestContext.Current.CancellationToken),
            WebSocketServerCases.All.Count,
            output);
    }
}
