using System.CommandLine;
using WireProtocols.Cli.Formats;
using WireProtocols.Cli.IO;

namespace WireProtocols.Cli.Decode;

/// <summary>What a run of `wire decode` works with: the options of its format besides what a session needs.</summary>
internal sealed class DecodeRun(ParseResult arguments, DecodeOptions options, ToolIO io, OutputBuffer output)
    : FormatRun(output, options.Read(arguments, io))
{
    /// <summary>The value of an option of the format.</summary>
    public T? Get<T>(Option<T> option) => arguments.GetValue(option);
}
