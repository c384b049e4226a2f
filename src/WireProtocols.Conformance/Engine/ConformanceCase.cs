using System.IO.Enumeration;

namespace WireProtocols.Conformance;

/// <summary>One question to a subject. Its id says what it is about and stays.</summary>
public sealed class ConformanceCase
{
    private readonly Func<ConformanceContext, Task<ConformanceFinding>> _play;

    internal ConformanceCase(string id, ConformanceRule rule, string expected, Func<ConformanceContext, Task<ConformanceFinding>> play)
    {
        Id = id;
        Rule = rule;
        Expected = expected;
        _play = play;
    }

    /// <summary>For instance <c>ws/frames/length/non-minimal-16</c>.</summary>
    public string Id { get; }

    /// <summary>The level of its sentence.</summary>
    public ConformanceLevel Level => Rule.Level;

    /// <summary>Where the sentence stands, for instance <c>RFC 6455 §5.2</c>.</summary>
    public string Spec => Rule.Spec;

    /// <summary>The sentence.</summary>
    public string Sentence => Rule.Sentence;

    /// <summary>What to do about a failure.</summary>
    public string Advice => Rule.Advice;

    /// <summary>What a right answer is.</summary>
    public string Expected { get; }

    /// <summary>Published faults of implementations that the case asks for, by their CVE number.</summary>
    public IReadOnlyList<string> Advisories => KnownAttacks.Of(Id);

    /// <summary>The numbers that Autobahn's suite has for the same behaviour.</summary>
    public IReadOnlyList<string> Autobahn { get; private set; } = [];

    /// <summary>It needs much memory or a whole processor, and is played alone.</summary>
    public bool IsHeavy { get; private set; }

    /// <summary>What the examiner sends breaks a rule, or is an attack.</summary>
    public bool Misbehaves { get; private set; }

    /// <summary>Why it is late explains why others are: it is asked again before them.</summary>
    internal bool Explains { get; private set; }

    private ConformanceRule Rule { get; }

    /// <summary>The same case with its numbers: <c>4.1.1-4.1.3, 5.1</c>.</summary>
    internal ConformanceCase Numbered(string numbers)
    {
        Autobahn = [.. AutobahnNumbers.Expand(numbers)];
        return this;
    }

    internal ConformanceCase Heavy()
    {
        IsHeavy = true;
        return this;
    }

    /// <param name="isBroken">See <see cref="Misbehaves"/>.</param>
    internal ConformanceCase Broken(bool isBroken = true)
    {
        Misbehaves = isBroken;
        return this;
    }

    internal ConformanceCase Explaining()
    {
        Explains = true;
        return this;
    }

    /// <summary>The same question to a client that comes over a carrier.</summary>
    internal ConformanceCase OfClient(string id) => new(id, Rule, Expected, context =>
    {
        context.IsOfClient = true;
        return _play(context);
    });

    internal Task<ConformanceFinding> PlayAsync(ConformanceContext context) => _play(context);

    /// <summary>Whether its id matches.</summary>
    /// <param name="filter">A star is anything, a question mark one character: <c>ws/frames/*</c>.</param>
    public bool Matches(string filter) => FileSystemName.MatchesSimpleExpression(filter, Id, ignoreCase: false);

    /// <inheritdoc/>
    public override string ToString() => Id;
}
