using System.Buffers;

namespace WireProtocols.Cli.Formats;

/// <summary>An input that is one packet: it is held whole, and then shown.</summary>
internal abstract class WholeInputSession(FormatRun run) : FormatSession(run)
{
    private readonly ArrayBufferWriter<byte> _whole = new();

    /// <summary>The rule that an input which is too long breaks.</summary>
    protected abstract ProtocolRule TooLarge { get; }

    public override bool Feed(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Run.MaxElement - _whole.WrittenCount)
        {
            Run.Fail("PacketTooLarge", TooLarge, Run.MaxElement, raise: "--max-element");
            return false;
        }

        _whole.Write(bytes);
        return true;
    }

    public override void Complete() => Show(_whole.WrittenSpan);

    /// <summary>Shows the input.</summary>
    protected abstract void Show(ReadOnlySpan<byte> input);
}
