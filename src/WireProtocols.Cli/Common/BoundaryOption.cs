using System.CommandLine;
using WireProtocols.Multipart;

namespace WireProtocols.Cli.Common;

/// <summary>The option <c>--boundary</c>, without which nothing can be made of a multipart body.</summary>
internal static class BoundaryOption
{
    public static Option<string?> Create() => new("--boundary") { Description = "The boundary that the media type says, without hyphens before it." };

    /// <summary>The boundary.</summary>
    /// <exception cref="ToolException">There is none, or it is none.</exception>
    public static MultipartBoundary Parse(string? value)
    {
        try
        {
            return new MultipartBoundary(value ?? throw ToolException.Usage("--boundary is missing: the media type of the body says it."));
        }
        catch (ArgumentException)
        {
            throw ToolException.Usage("--boundary has to be 1 to 70 letters, digits, spaces and '()+_,-./:=?, and to end in no space.");
        }
    }
}
