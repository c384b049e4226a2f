using WireProtocols.Conformance;

namespace WireProtocols.Tests.Conformance;

/// <summary>The fuzzer of servers finds mistakes, says how to repeat them, and leaves a right server alone.</summary>
public class ServerFuzzerTests
{
    private static readonly ServerFuzzOptions Options = new() { MaxRounds = 400, Time = TimeSpan.FromMinutes(2), Timeout = TimeSpan.FromSeconds(10) };

    [Theory]
    [InlineData(Defect.Rsv1, "accepted")]
    [InlineData(Defect.NoUtf8, "accepted")]
    [InlineData(Defect.ContinuationOfNothing, "accepted")]
    [InlineData(Defect.Unmasked, "accepted")]
    [InlineData(Defect.FailsWith1000, "wrong-code")]
    [InlineData(Defect.AnswersAlwaysText, "wrong-code")]
    public async Task A_mistake_is_found_and_its_round_repeats_it(Defect mistake, string what)
    {
        await using SubjectServer subject = new(mistake);
        ServerFuzzFinding finding = await FirstAsync(new ServerFuzzer(subject.Url, Options), what);
        ServerFuzzFinding again = await FirstAsync(new ServerFuzzer(subject.Url, Options with { Round = finding.Round }), what);
        Assert.Equal(Convert.ToHexString(finding.Sent), Convert.ToHexString(again.Sent));
    }

    [Fact]
    public async Task A_server_without_mistakes_is_left_alone()
    {
        await using SubjectServer subject = new();
        ServerFuzzer fuzzer = new(subject.Url, Options);
        List<ServerFuzzFinding> findings = [];
        await foreach (ServerFuzzFinding finding in fuzzer.RunAsync(TestContext.Current.CancellationToken))
        {
            findings.Add(finding);
        }

        Assert.Empty(findings);
        Assert.Equal(Options.MaxRounds, fuzzer.Rounds);
    }

    [Fact]
    public async Task A_server_that_goes_away_has_crashed()
    {
        SubjectServer subject = new();
        ServerFuzzer fuzzer = new(subject.Url, Options with { MaxRounds = int.MaxValue });
        await using IAsyncEnumerator<ServerFuzzFinding> run
            = fuzzer.RunAsync(TestContext.Current.CancellationToken).GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Task<bool> next = run.MoveNextAsync().AsTask();
        while (fuzzer.Rounds == 0)
        {
            await Task.Yield();
        }

        await subject.DisposeAsync();

        // While it goes away it may leave a client waiting.
        string last = "";
        for (bool isThere = await next; isThere; isThere = await run.MoveNextAsync())
        {
            last = run.Current.What;
        }

        Assert.Equal("crash", last);
    }

    private static async Task<ServerFuzzFinding> FirstAsync(ServerFuzzer fuzzer, string what)
    {
        await foreach (ServerFuzzFinding finding in fuzzer.RunAsync(TestContext.Current.CancellationToken))
        {
            if (finding.What == what)
            {
                return finding;
            }
        }

        throw new Xunit.Sdk.XunitException($"Nothing was {what} in {fuzzer.Rounds} rounds.");
    }
}
