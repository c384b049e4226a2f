namespace WireProtocols.Tests.Harness;

/// <summary>A decoder has two lives: what it says in the second, after <c>Reset</c>, is what it said in the first.</summary>
internal static class Reused
{
    /// <summary>Decodes the same input twice with one decoder.</summary>
    /// <param name="decode">Feeds the input, to its end or to an error, and answers with the transcript.</param>
    /// <param name="reset">The decoder's Reset.</param>
    public static IReadOnlyList<string> Twice(Func<IReadOnlyList<string>> decode, Action reset)
    {
        IReadOnlyList<string> first = decode();
        reset();
        Assert.Equal(first, decode());
        return first;
    }
}
