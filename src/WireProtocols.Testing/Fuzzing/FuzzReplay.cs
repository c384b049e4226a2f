namespace WireProtocols.Testing;

/// <summary>Runs a target on files: the committed corpus, or what a fuzzer found.</summary>
public static class FuzzReplay
{
    /// <summary>Prints each failure with its file's name, and the count last.</summary>
    /// <returns>The exit status: 0 when all passed, 1 when one failed.</returns>
    /// <exception cref="FileNotFoundException">There is no such file or folder.</exception>
    public static int Run(FuzzTarget target, IEnumerable<string> paths, TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(output);
        List<string> files = [.. paths.SelectMany(Expand)];
        int failed = files.Count(file => !Passes(target, file, output));
        output.WriteLine($"{target.Name}: {files.Count - failed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private static IEnumerable<string> Expand(string path)
        => Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            : File.Exists(path) ? [path]
            : throw new FileNotFoundException($"There is no file or folder '{path}'.");

    private static bool Passes(FuzzTarget target, string file, TextWriter output)
    {
        try
        {
            target.Run(File.ReadAllBytes(file));
            return true;
        }
#pragma warning disable CA1031 // Whatever a target throws is the finding.
        catch (Exception e)
#pragma warning restore CA1031
        {
            output.WriteLine($"FAIL {file}: {e}");
            return false;
        }
    }
}
