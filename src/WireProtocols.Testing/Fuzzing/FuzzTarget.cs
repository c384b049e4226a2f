using System.Runtime.CompilerServices;

namespace WireProtocols.Testing;

/// <summary>
/// One thing to throw bytes at. It is shared by the replay over the committed corpus, the tests, and the coverage-guided runner, so
/// <see cref="Run"/> is deterministic and keeps nothing between inputs.
/// </summary>
public abstract class FuzzTarget
{
    /// <summary>Names the target, and its folder in a corpus.</summary>
    public abstract string Name { get; }

    /// <summary>What a mutator may know of the inputs; null where they are bytes.</summary>
    public virtual FuzzFormat? Format => null;

    /// <summary>The namespace whose constants are worth trying; null for the whole assembly.</summary>
    public virtual string? CodeNamespace => null;

    /// <summary>Takes one input, of any length and content. Returns when every invariant held, throws anything at all when one did not.</summary>
    public abstract void Run(ReadOnlySpan<byte> input);

    /// <summary>Demands an invariant; the expression itself is the message unless there is a better one.</summary>
    protected static void Require(bool holds, [CallerArgumentExpression(nameof(holds))] string what = "")
    {
        if (!holds)
        {
            throw new FuzzFailureException(what);
        }
    }

    /// <summary>Demands an invariant; the message is put together only where it does not hold.</summary>
    protected static void Require(bool holds, [InterpolatedStringHandlerArgument(nameof(holds))] ref FuzzMessage what)
    {
        if (!holds)
        {
            throw new FuzzFailureException(what.ToStringAndClear());
        }
    }
}
