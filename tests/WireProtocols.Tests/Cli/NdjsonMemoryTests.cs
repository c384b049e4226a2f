using System.Text;
using WireProtocols.Cli;
using WireProtocols.Tests.Harness;

namespace WireProtocols.Tests.Cli;

/// <summary>What is alive in the process is only told when nothing else runs in it.</summary>
[Collection(Alone.Name)]
public class NdjsonMemoryTests
{
    [Fact]
    public async Task Long_input_runs_in_constant_memory()
    {
        byte[] line = Encoding.ASCII.GetBytes("{\"some\":\"" + new string('x', 116) + "\"}\n");
        using RepeatedInput input = new(line, times: 512 * 1024);
        WireProtocols.Cli.IO.ToolIO io = new() { Input = input, Output = Stream.Null, Error = new StringWriter() };
        Assert.Equal(ExitStatus.Ok, await WireTool.RunAsync(["decode", "ndjson", "--json"], io));

        // Half-way through 64 MiB and at their end, the same is alive.
        Assert.InRange(input.AliveAtTheEnd - input.AliveHalfWay, long.MinValue, 8L * 1024 * 1024);
    }

    /// <summary>The same bytes, so many times.</summary>
    private sealed class RepeatedInput(byte[] bytes, int times) : MemoryStream
    {
        private readonly long _length = (long)bytes.Length * times;
        private long _at;

        public long AliveHalfWay { get; private set; }

        public long AliveAtTheEnd { get; private set; }

        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (AliveHalfWay == 0 && _at > _length / 2)
            {
                AliveHalfWay = GC.GetTotalMemory(forceFullCollection: true);
            }
            else if (_at == _length)
            {
                AliveAtTheEnd = GC.GetTotalMemory(forceFullCollection: true);
            }

            int count = (int)Math.Min(buffer.Length, _length - _at);
            for (int i = 0; i < count; i++)
            {
                buffer.Span[i] = bytes[(_at + i) % bytes.Length];
            }

            _at += count;
            return new ValueTask<int>(count);
        }
    }
}
