using System.Buffers;
using System.CommandLine;

namespace WireProtocols.Cli.Encode;

/// <summary>What an encoding session works with.</summary>
internal sealed class EncodeRun(ParseResult arguments, IBufferWriter<byte> output)
{
    /// <summary>Where the bytes go.</summary>
    public IBufferWriter<byte> Output { get; } = output;

    /// <summary>The value of an option of the format.</summary>
    public T? Get<T>(Option<T> option) => arguments.GetValue(option);
}
