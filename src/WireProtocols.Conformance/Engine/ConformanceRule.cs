namespace WireProtocols.Conformance;

/// <summary>What a case stands on: the sentence, where it stands, and what to do about a failure.</summary>
internal sealed record ConformanceRule(ConformanceLevel Level, string Spec, string Sentence, string Advice)
{
    public static ConformanceRule Must(string spec, string sentence, string advice) => new(ConformanceLevel.Must, spec, sentence, advice);

    public static ConformanceRule Should(string spec, string sentence, string advice) => new(ConformanceLevel.Should, spec, sentence, advice);

    public static ConformanceRule May(string spec, string sentence, string advice) => new(ConformanceLevel.May, spec, sentence, advice);

    public static ConformanceRule Security(string spec, string sentence, string advice) => new(ConformanceLevel.Security, spec, sentence, advice);
}
