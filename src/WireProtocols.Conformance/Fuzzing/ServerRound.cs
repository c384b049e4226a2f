using WireProtocols.Testing;

namespace WireProtocols.Conformance;

/// <summary>What is sent in a round, by elements, and how it is judged: one class a protocol.</summary>
internal abstract class ServerRound
{
    private const int MostElements = 12;
    private const int LongestInput = 16 * 1024;

    /// <summary>The elements that the inputs are made of.</summary>
    protected abstract FuzzFormat Format { get; }

    /// <summary>Makes the input of a round: elements as they should be, or bent.</summary>
    public byte[][] Create(Random dice)
    {
        byte[][] elements = [.. Enumerable.Range(0, 1 + dice.Next(MostElements)).Select(_ => Format.Create(dice))];
        if (dice.Next(2) == 0)
        {
            return elements;
        }

        byte[] whole = [.. elements.SelectMany(e => e)];
        FuzzMutator mutator = new(dice, Format, maxLength: LongestInput);
        return [.. Format.Split(mutator.Next([whole], whole))];
    }

    /// <summary>Sees whether there is such a server.</summary>
    /// <exception cref="ConformanceUnreachableException">Nobody listens there.</exception>
    /// <exception cref="ConformanceEndException">It is another one.</exception>
    public abstract Task ReachAsync(ConformanceContext context);

    /// <summary>Sends the elements on a connection of their own and looks at what comes.</summary>
    /// <returns>Null where nothing is wrong.</returns>
    /// <exception cref="ConformanceUnreachableException">The server takes no connection.</exception>
    public abstract Task<ServerVerdict?> PlayAsync(ConformanceContext context, IReadOnlyList<byte[]> elements);
}
