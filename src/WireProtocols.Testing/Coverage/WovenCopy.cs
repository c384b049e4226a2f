namespace WireProtocols.Testing;

/// <summary>A copy of a program's folder whose libraries are woven. The program's own stay as they are.</summary>
internal static class WovenCopy
{
    private const string Folder = "woven";
    private const string Marker = "woven.stamp";

    /// <summary>Whether this process runs from such a copy.</summary>
    public static bool IsCurrent => File.Exists(Path.Combine(AppContext.BaseDirectory, Marker));

    /// <summary>Makes the copy, unless the one that is there is of the same build.</summary>
    /// <param name="libraries">The file names of what is woven.</param>
    /// <returns>The folder.</returns>
    public static string Prepare(IReadOnlyList<string> libraries)
    {
        string source = AppContext.BaseDirectory;
        string target = Path.Combine(source, Folder);
        string stamp = string.Join('\n', Directory.EnumerateFiles(source).Order(StringComparer.Ordinal)
            .Select(f => $"{Path.GetFileName(f)} {File.GetLastWriteTimeUtc(f).Ticks}"));
        string marker = Path.Combine(target, Marker);
        if (File.Exists(marker) && File.ReadAllText(marker) == stamp)
        {
            return target;
        }

        string building = Directory.CreateDirectory($"{target}.{Environment.ProcessId}").FullName;
        Copy(source, building);
        foreach (string library in libraries)
        {
            Weaver.Weave(Path.Combine(building, library));
        }

        File.WriteAllText(Path.Combine(building, Marker), stamp);
        Replace(target, building);
        return target;
    }

    private static void Replace(string target, string building)
    {
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        Directory.Move(building, target);
    }

    private static void Copy(string source, string target)
    {
        foreach (string file in Directory.EnumerateFiles(source))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }

        foreach (string folder in Directory.EnumerateDirectories(source)
            .Where(f => !Path.GetFileName(f).StartsWith(Folder, StringComparison.Ordinal)))
        {
            string name = Directory.CreateDirectory(Path.Combine(target, Path.GetFileName(folder))).FullName;
            Copy(folder, name);
        }
    }
}
