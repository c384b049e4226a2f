using System.Globalization;
using WireProtocols.Differential;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Fuzzing;

/// <summary>The inputs of the differential run: this library reads each as its sentence says, without any other reader.</summary>
public class DifferentialTests
{
    private static readonly IReadOnlyList<DifferentialInput> Inputs = DifferentialInput.Load(Repository.PathOf("fuzz", "differential", "inputs"));

    public static TheoryData<string> OurPeers => [.. PeerTable.All.Keys.Where(k => k.StartsWith("ours-", StringComparison.Ordinal))];

    [Fact]
    public void Every_input_is_judged_by_a_sentence()
    {
        Assert.True(Inputs.Count > 600);
        Assert.Empty(Inputs.GroupBy(i => (i.Kind, i.Id)).Where(g => g.Count() > 1).Select(g => g.Key));
        Assert.All(Inputs, i =>
        {
            Assert.Matches("^[a-z0-9./-]+$", i.Id);
            Assert.Matches("^(RFC \\d{4}|HTML|ndjson-spec) §[0-9.]+$", i.Spec);
            Assert.NotEmpty(i.Sentence);
            Assert.True(i.Text is null != i.Hex is null, i.ToString());
            Assert.True(i.Verdict != DifferentialVerdict.Forbidden || i.Means is null, $"{i} is forbidden, and means nothing");
        });
        Assert.All(
            new[] { "frames", "requests", "responses", "bodies", "streams", "texts", "lines" }, k => Assert.Contains(Inputs, i => i.Kind == k));
    }

    [Theory]
    [MemberData(nameof(OurPeers))]
    public async Task The_library_reads_each_as_its_sentence_says(string name)
    {
        await using Peer peer = PeerTable.All[name]();
        await peer.StartAsync();
        List<string> wrong = [];
        DifferentialInput[] asked = [.. Inputs.Where(i => peer.Kinds.Contains(i.Kind) && i.Ours is null)];
        Assert.NotEmpty(asked);
        await Parallel.ForEachAsync(asked, TestContext.Current.CancellationToken, async (input, _) =>
        {
            PeerAnswer answer = await peer.AskAsync(PeerQuestion.Of(input));
            if (Judge.Of(input, answer) != Judgement.Right)
            {
                lock (wrong)
                {
                    wrong.Add($"{input}: {Judge.Of(input, answer)}: {string.Join(", ", answer.Got)} {answer.Why}");
                }
            }
        });
        Assert.Empty(wrong);
    }

    [Theory]
    [InlineData(DifferentialVerdict.Allowed, true, "a", Judgement.Right)]
    [InlineData(DifferentialVerdict.Allowed, true, "b", Judgement.ReadsOtherwise)]
    [InlineData(DifferentialVerdict.Allowed, false, "", Judgement.RefusesAllowed)]
    [InlineData(DifferentialVerdict.Forbidden, true, "a", Judgement.TakesForbidden)]
    [InlineData(DifferentialVerdict.Forbidden, false, "", Judgement.Right)]
    [InlineData(DifferentialVerdict.Either, false, "", Judgement.Right)]
    [InlineData(DifferentialVerdict.Either, true, "a", Judgement.Right)]
    [InlineData(DifferentialVerdict.Either, true, "b", Judgement.ReadsOtherwise)]
    public void An_answer_is_held_against_the_sentence(DifferentialVerdict verdict, bool isAccepted, string got, Judgement expected)
        => Assert.Equal(expected, Judge.Of(
            new DifferentialInput { Verdict = verdict, Text = "x", Means = ["a"] },
            new PeerAnswer("", "", isAccepted, got.Length == 0 ? [] : [got])));

    [Fact]
    public void The_page_has_been_made_from_these_inputs()
    {
        string page = File.ReadAllText(Repository.PathOf("fuzz", "DIFFERENTIAL.md"));
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{Inputs.Count} inputs"), page, StringComparison.Ordinal);
        Assert.Contains("| WireProtocols |", page, StringComparison.Ordinal);
    }
}
