// A small library that breaks the rules in every way there is, so that the test of the rules can be seen to fail.
#pragma warning disable CA1040, CA1812, CA1852, CA1018, CA1019, CA1710, IDE0051, IDE0052, IDE0044, CS0649

namespace WireProtocols.Tests.Architecture.Sample
{
    internal class Root;
}

namespace WireProtocols.Tests.Architecture.Sample.Buffers
{
    internal class Shared : Root;

    internal class SharedKnowsAProtocol
    {
        public Alpha.Good? Field;
    }
}

namespace WireProtocols.Tests.Architecture.Sample.Alpha
{
    internal class Good : Root
    {
        public Buffers.Shared? Shared { get; set; }

        public static List<Good> Same() => [];
    }

    internal sealed class MarkAttribute : Attribute;
}

namespace WireProtocols.Tests.Architecture.Sample.Beta
{
    internal class ByBase : Alpha.Good;

    internal class ByField
    {
        public Alpha.Good[]? Field;
    }

    internal class BySignature
    {
        public static void Method(Dictionary<string, List<Alpha.Good>> parameter) => _ = parameter;
    }

    [Alpha.Mark]
    internal class ByAttribute;

    internal class ByConstraint<T>
        where T : Alpha.Good;

    internal class ByBody
    {
        public static string Method() => Alpha.Good.Same().ToString()!;
    }

    internal class ByLambda
    {
        public static Func<object> Method() => () => new Alpha.Good();
    }

    internal class ByAsync
    {
        public static async Task<string> MethodAsync()
        {
            await Task.CompletedTask;
            return typeof(Alpha.Good).Name;
        }
    }
}

namespace WireProtocols.Tests.Architecture.Sample.Circle
{
    internal class First
    {
        private sealed class Nested(Second second)
        {
            public Second Second { get; } = second;
        }
    }

    internal class Second
    {
        public static Func<object?> Method() => () => Third.Field;
    }

    internal class Third
    {
        public static readonly First? Field;
    }

    internal class Outside
    {
        public First? First { get; set; }
    }
}

namespace WireProtocols.Tests.Architecture.NameSample
{
    public class Kept;

    public class OwnedLent;

    public class OwnedNothing;

    public readonly ref struct LentPart
    {
        public Kept ToOwned() => new();
    }

    public readonly ref struct Good
    {
        public OwnedGood ToOwned() => new();
    }

    public class OwnedGood;

    public static class Parameters
    {
        public static void Read(System.IO.Pipelines.PipeReader input, Stream stream) => _ = (input, stream);

        public static void Write(System.IO.Pipelines.PipeReader reader, System.Buffers.IBufferWriter<byte> buffer) => _ = (reader, buffer);
    }

    public class Settings
    {
        public static Settings Default { get; } = new();

        public int Limit { get; init; }
    }
}
