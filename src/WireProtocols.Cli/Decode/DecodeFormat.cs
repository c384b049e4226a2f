using System.CommandLine;
using WireProtocols.Cli.Formats;

namespace WireProtocols.Cli.Decode;

/// <summary>
/// A format of `wire decode`: one file, and one line in <see cref="DecodeFormats.All"/>. It says its name and options, and makes a session
/// for each run; everything else (files, stdin, hex, read sizes, flushing, progress, exit status) is done around it.
/// </summary>
internal abstract class DecodeFormat
{
    public abstract string Name { get; }

    public virtual IReadOnlyList<string> Aliases => [];

    /// <summary>One line for the help.</summary>
    public abstract string Description { get; }

    /// <summary>The options that only this format has; keep them in fields and read them with <see cref="DecodeRun.Get{T}"/>.</summary>
    public virtual IEnumerable<Option> Options => [];

    public abstract FormatSession Start(DecodeRun run);
}
