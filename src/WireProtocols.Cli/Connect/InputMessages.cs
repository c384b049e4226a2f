using System.Buffers;
using System.Runtime.CompilerServices;
using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.Connect;

/// <summary>The messages that stdin holds: its lines, all of it, or rows of JSON.</summary>
internal sealed class InputMessages(ConnectRun run)
{
    private readonly LineSplitter _lines = new(run.Get(run.Options.MaxElement), "--max-element");
    private readonly string _mode = run.Get(run.Options.Input) ?? "lines";

    /// <summary>Whether each message is a row of JSON.</summary>
    public bool AreRows => _mode == "json";

    /// <summary>What the last message is called where it is wrong.</summary>
    public string Where => _mode == "whole" ? "stdin" : $"line {_lines.Number}";

    /// <summary>Reads stdin to its end. A message is valid until the next one.</summary>
    public async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync([EnumeratorCancellation] CancellationToken stop)
    {
        using ByteInput input = ByteInput.Open("-", hex: false, run.IO);
        if (_mode == "whole")
        {
            ReadOnlyMemory<byte> whole = await ReadWholeAsync(input, stop);
            if (!whole.IsEmpty)
            {
                yield return whole;
            }

            yield break;
        }

        while (await input.ReadAsync(stop) is { } bytes)
        {
            while (_lines.TryRead(ref bytes, out ReadOnlyMemory<byte> line))
            {
                line = line.Span is [.., (byte)'\r'] ? line[..^1] : line;
                if (!AreRows || !line.IsEmpty)
                {
                    yield return line;
                }
            }
        }

        ReadOnlyMemory<byte> last = _lines.Complete();
        if (!last.IsEmpty)
        {
            yield return last.Span is [.., (byte)'\r'] ? last[..^1] : last;
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadWholeAsync(ByteInput input, CancellationToken stop)
    {
        int most = run.Get(run.Options.MaxElement);
        ArrayBufferWriter<byte> whole = new();
        while (await input.ReadAsync(stop) is { } bytes)
        {
            if (bytes.Length > most - whole.WrittenCount)
            {
                throw ToolException.Usage($"stdin is longer than {most} bytes; --max-element raises the limit.");
            }

            whole.Write(bytes.Span);
        }

        return whole.WrittenMemory;
    }
}
