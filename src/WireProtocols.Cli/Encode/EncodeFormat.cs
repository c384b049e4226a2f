using System.CommandLine;

namespace WireProtocols.Cli.Encode;

/// <summary>A format of `wire encode`: one file, and one line in <see cref="EncodeFormats.All"/>.</summary>
internal abstract class EncodeFormat
{
    public abstract string Name { get; }

    public virtual IReadOnlyList<string> Aliases => [];

    /// <summary>One line for the help.</summary>
    public abstract string Description { get; }

    /// <summary>The options that only this format has; read them with <see cref="EncodeRun.Get{T}"/>.</summary>
    public virtual IEnumerable<Option> Options => [];

    public abstract EncodeSession Start(EncodeRun run);
}
