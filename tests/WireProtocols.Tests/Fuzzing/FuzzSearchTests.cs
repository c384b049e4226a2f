using System.Runtime.CompilerServices;
using WireProtocols.Fuzz;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Fuzzing;

/// <summary>The search finds what there is to find, makes it small, and says the same again for the same seed.</summary>
[Collection(Alone.Name)]
public class FuzzSearchTests
{
    public static TheoryData<string> Formats => [.. FuzzTargets.All.Where(t => t.Format is not null).Select(t => t.Name)];

    [Fact]
    public void A_fault_behind_a_word_is_found_and_made_small()
    {
        FuzzReport report = Search(new FailsBehindWord(), new FuzzSearchOptions { Words = ["magic"u8.ToArray()], MaxExecutions = 200_000 });
        Assert.Equal("magic!"u8.ToArray(), report.Finding?.Input);
        Assert.Contains("behind the word", report.Finding!.What, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_seed_makes_the_same_search()
    {
        FuzzSearchOptions options = new() { Seed = 7, Seeds = ["abc"u8.ToArray()], MaxExecutions = 500 };
        Collects first = new();
        Collects second = new();
        Search(first, options);
        Search(second, options);
        Assert.Equal(first.Inputs, second.Inputs);
        Collects other = new();
        Search(other, options with { Seed = 8 });
        Assert.NotEqual(first.Inputs, other.Inputs);
    }

    [Fact]
    public void An_input_that_takes_too_many_steps_is_a_finding()
    {
        FuzzReport report = Search(new Loops(), new FuzzSearchOptions { Seeds = ["x"u8.ToArray()], MaxSteps = 1000, MaxExecutions = 10 });
        Assert.Contains(nameof(FuzzHangException), report.Finding?.What, StringComparison.Ordinal);
    }

    [Fact]
    public void What_reaches_something_new_is_made_short_before_it_is_built_upon()
    {
        Collects target = new() { Reaches = 'k' };
        byte[] seed = [.. Enumerable.Repeat((byte)'a', 400)];
        Search(target, new FuzzSearchOptions { Seeds = [seed], Words = ["k"u8.ToArray()], MaxExecutions = 3_000 });
        int found = target.Inputs.FindIndex(i => i.Contains("6B", StringComparison.Ordinal));
        Assert.NotEqual(-1, found);
        Assert.Contains(target.Inputs.Skip(found), i => i.Length <= 100 && i.Contains("6B", StringComparison.Ordinal));
    }

    [Fact]
    public void Edges_are_new_once_and_again_when_they_are_taken_more_often()
    {
        using EdgeMap edges = new();
        edges.Use();
        Assert.False(edges.Add());
        Hit(times: 1);
        Assert.True(edges.Add());
        Assert.Equal(1, edges.Edges);
        Hit(times: 1);
        Assert.True(edges.ReachesTheSame());
        Hit(times: 4);
        Assert.False(edges.ReachesTheSame(), "four are of another kind than one");
        Hit(times: 1);
        Assert.False(edges.Add());
        Hit(times: 4);
        Assert.True(edges.Add());
        Hit(times: 9);
        edges.Clear();
        Assert.False(edges.Add(), "what was cleared is forgotten");
    }

    [Fact]
    public void A_message_is_put_together_only_where_the_invariant_does_not_hold()
    {
        int asked = 0;
        Demands.That(true, $"the {++asked}. value");
        Assert.Equal(0, asked);
        FuzzFailureException failure = Assert.Throws<FuzzFailureException>(() => Demands.That(false, $"the {++asked}. value, {10:x}"));
        Assert.Equal("the 1. value, a", failure.Message);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    public void Work_that_grows_faster_than_its_input_is_found(int power, bool isFound)
    {
        GrowthCheck check = new(new FuzzRun(new Works(power), long.MaxValue));
        string? what = check.Find([.. "head"u8, .. "piece"u8, .. "tail"u8], new FuzzGrowth(4, 5));
        Assert.Equal(isFound, what is not null);
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Elements_are_the_bytes_of_their_input(string target)
    {
        FuzzFormat format = FuzzTargets.Get(target).Format!;
        Random dice = new(1);
        for (int round = 0; round < 500; round++)
        {
            byte[] body = [.. Enumerable.Range(0, dice.Next(6)).SelectMany(_ => format.Create(dice))];
            if (body.Length > 0 && round % 2 == 0)
            {
                body[dice.Next(body.Length)] = (byte)dice.Next(256);
            }

            Assert.Equal(body, format.Split(body).SelectMany(e => e).ToArray());
            foreach (byte[] element in format.Split(body))
            {
                Assert.NotNull(format.Change(element, dice));
            }
        }
    }

    [Fact]
    public void The_words_of_code_are_its_literals_and_numbers()
    {
        IReadOnlyList<byte[]> words = CodeWords.Of(typeof(WireProtocolException).Assembly.Location, "WireProtocols.WebSockets");
        Assert.Contains(words, w => w.AsSpan().SequenceEqual("permessage-deflate"u8));
        Assert.Contains(words, w => w.AsSpan().SequenceEqual("258EAFA5-E914-47DA-95CA-C5AB0DC85B11"u8));
        Assert.Contains(words, w => w.AsSpan().SequenceEqual((ReadOnlySpan<byte>)[0x03, 0xEA]));
        Assert.DoesNotContain(words, w => w.AsSpan().SequenceEqual("transfer-encoding"u8));
    }

    /// <summary>One edge, however often: the one that begins an input.</summary>
    private static void Hit(int times)
    {
        for (int i = 0; i < times; i++)
        {
            Coverage.Restart();
            Coverage.Hit(77);
        }
    }

    private static FuzzReport Search(FuzzTarget target, FuzzSearchOptions options)
    {
        using FuzzSearch search = new(target, options);
        return search.Run(null, TestContext.Current.CancellationToken);
    }

    private sealed class FailsBehindWord : FuzzTarget
    {
        public override string Name => "word";

        public override void Run(ReadOnlySpan<byte> input) => Require(!input.StartsWith("magic!"u8), "behind the word");
    }

    private sealed class Collects : FuzzTarget
    {
        public List<string> Inputs { get; } = [];

        public char Reaches { get; init; }

        public override string Name => "collects";

        public override void Run(ReadOnlySpan<byte> input)
        {
            Inputs.Add(Convert.ToHexString(input));
            if (Reaches != '\0' && input.Contains((byte)Reaches))
            {
                Coverage.Hit(2);
            }
        }
    }

    private sealed class Demands : FuzzTarget
    {
        public override string Name => "demands";

        public override void Run(ReadOnlySpan<byte> input) => Require(input.IsEmpty);

        public static void That(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref FuzzMessage what) => Require(holds, ref what);
    }

    private sealed class Loops : FuzzTarget
    {
        public override string Name => "loops";

        public override void Run(ReadOnlySpan<byte> input)
        {
            while (!input.IsEmpty)
            {
                Coverage.Hit(1);
            }
        }
    }

    private sealed class Works(int power) : FuzzTarget
    {
        public override string Name => "works";

        public override void Run(ReadOnlySpan<byte> input)
        {
            long steps = power == 1 ? input.Length : (long)input.Length * input.Length / 64;
            for (long step = 0; step < steps; step++)
            {
                Coverage.Hit(1);
            }
        }
    }
}
