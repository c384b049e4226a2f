// What the test of the printer prints.
#pragma warning disable CA1008, CA1010, CA1028, CA1032, CA1036, CA1000, CA1045, CA1021, CA1051, CA1819, CA1003, CA1305, CA1720, CS0067, CA1715
namespace WireProtocols.Tests.PublicApi;

public enum Letter : byte
{
    B = 2,
    A = 1,
}

public delegate void Notify<T>(params T[] all);

public readonly ref struct View
{
    public ReadOnlySpan<byte> Bytes { get; }
}

public sealed class SampleException<T>(string name, bool quick = true) : Exception(name), IComparable<T>
    where T : Stream
{
    public const int Limit = 3;
    public static readonly byte[] Empty = [];

    public event EventHandler? Changed;

    public int? Last { get; private set; }

    public int Size { get; init; }

    public static bool TryTake<U>(in ReadOnlySpan<U> from, out List<T[]> taken, ref int count)
    {
        taken = [];
        return from.Length > count;
    }

    public int CompareTo(T? other) => quick ? 0 : 1;

    public override string ToString() => Message;
}
