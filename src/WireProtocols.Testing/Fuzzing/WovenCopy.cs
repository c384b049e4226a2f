using System.Text.Json;

namespace WireProtocols.Testing;

/// <summary>A copy of a program's folder whose libraries are woven. The program's own stay as they are.</summary>
internal static class WovenCopy
{
    private const string Folder = "woven";
    private const string MutantsFolder = "woven-mutants";
    private const string Marker = "woven.stamp";
    private const string MutantsFile = "mutants.json";

    /// <summary>Whether this process runs from such a copy.</summary>
    public static bool IsCurrent => File.Exists(Path.Combine(AppContext.BaseDirectory, Marker));

    /// <summary>Makes the copy, unless the one that is there is of the same build.</summary>
    /// <param name="libraries">The file names of what is woven.</param>
    /// <returns>The folder.</returns>
    public static string Prepare(IReadOnlyList<string> libraries) => Prepare(Folder, "", building =>
    {
        foreach (string library in libraries)
        {
            Weaver.Weave(Path.Combine(building, library));
        }
    });

    /// <summary>Makes a copy with mutants, unless the one that is there is of the same build.</summary>
    /// <param name="libraries">The file names of what is woven. The first gets the mutants.</param>
    /// <param name="sources">Parts of the paths of the source files that get them; none for all.</param>
    /// <param name="mutants">The mutants.</param>
    /// <returns>The folder.</returns>
    public static string PrepareMutants(IReadOnlyList<string> libraries, IReadOnlyList<string> sources, out IReadOnlyList<Mutant> mutants)
    {
        string folder = Prepare(MutantsFolder, string.Join(',', sources), building =>
        {
            IReadOnlyList<Mutant> woven = MutantWeaver.Weave(
                Path.Combine(building, libraries[0]),
                file => sources.Count == 0 || sources.Any(s => file.Replace('\\', '/').Contains(s, StringComparison.Ordinal)));
            File.WriteAllText(Path.Combine(building, MutantsFile), JsonSerializer.Serialize(woven));
        });
        mutants = JsonSerializer.Deserialize<Mutant[]>(File.ReadAllText(Path.Combine(folder, MutantsFile)))!;
        return folder;
    }

    private static string Prepare(string folder, string key, Action<string> weave)
    {
        string source = AppContext.BaseDirectory;
        string target = Path.Combine(source, folder);
        string stamp = string.Join('\n', Directory.EnumerateFiles(source).Order(StringComparer.Ordinal)
            .Select(f => $"{Path.GetFileName(f)} {File.GetLastWriteTimeUtc(f).Ticks}").Append(key));
        string marker = Path.Combine(target, Marker);
        if (File.Exists(marker) && File.ReadAllText(marker) == stamp)
        {
            return target;
        }

        string building = Directory.CreateDirectory($"{target}.{Environment.ProcessId}").FullName;
        Copy(source, building);
        weave(building);
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
