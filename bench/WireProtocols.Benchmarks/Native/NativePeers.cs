using System.Runtime.InteropServices;

namespace WireProtocols.Benchmarks.Native;

/// <summary>
/// The native peers that <c>bench/native/build.sh</c> has built. Each is a function of one shape: it takes the bytes that ours takes, works through
/// all of them in one call, so that the transition does not count, and returns a figure that must be the one that ours finds.
/// </summary>
public static class NativePeers
{
    /// <summary>Where the peers are, unless it is <c>artifacts/native</c> of the repository.</summary>
    private const string FolderVariable = "WIREPROTOCOLS_NATIVE";

    /// <summary>A library of one's own, which is measured beside the others.</summary>
    private const string OwnVariable = "WIREPROTOCOLS_OWN_PEER";

    private static readonly string? Folder = FindFolder();

    /// <summary>A file that the script has built; null where it is not there.</summary>
    public static string? Find(string name)
        => Folder is not null && File.Exists(Path.Combine(Folder, name)) ? Path.Combine(Folder, name) : null;

    /// <summary>The peers of a case that are built, and one's own, where there is one that does this work.</summary>
    /// <param name="work">What a library of one's own calls it: its function is <c>own_</c> and this.</param>
    /// <param name="input">The same bytes that ours gets.</param>
    /// <param name="count">How many elements they hold, or how often they are taken.</param>
    /// <param name="expected">What every peer must find.</param>
    /// <param name="peers">Names and functions.</param>
    /// <exception cref="InvalidOperationException">A peer finds something else, so that its time would say nothing.</exception>
    public static IReadOnlyList<NativePeer> Load(
        string work, byte[] input, long count, long expected, params ReadOnlySpan<NativeFunction> peers)
    {
        List<NativePeer> loaded = [];
        foreach (NativeFunction peer in peers)
        {
            if (Find($"libpeer-{peer.Library}.so") is { } path && TryFind(path, peer.Symbol, out nint function))
            {
                loaded.Add(Check(new NativePeer(peer.Name, () => Call(function, input, count), peer.TimesItself), expected));
            }
        }

        if (Environment.GetEnvironmentVariable(OwnVariable) is { Length: > 0 } own && TryFind(own, $"own_{work}", out nint ownFunction))
        {
            loaded.Add(Check(new NativePeer(Path.GetFileName(own), () => Call(ownFunction, input, count), false), expected));
        }

        return loaded;
    }

    private static NativePeer Check(NativePeer peer, long expected)
    {
        long found = peer.Run();
        return (peer.TimesItself ? found >= 0 : found == expected)
            ? peer
            : throw new InvalidOperationException($"{peer.Name} found {found} in place of {expected}.");
    }

    private static bool TryFind(string path, string symbol, out nint function)
    {
        function = 0;
        return NativeLibrary.TryLoad(path, out nint library) && NativeLibrary.TryGetExport(library, symbol, out function);
    }

    private static unsafe long Call(nint function, byte[] input, long count)
    {
        // In bounds: the function is told how many bytes there are, and they stay where they are until it returns.
        fixed (byte* bytes = input)
        {
            return ((delegate* unmanaged<byte*, nuint, long, long>)function)(bytes, (nuint)input.Length, count);
        }
    }

    private static string? FindFolder()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } named)
        {
            return named;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "WireProtocols.sln")))
            {
                return Path.Combine(folder.FullName, "artifacts", "native");
            }
        }

        return null;
    }
}

/// <summary>A function of a native peer.</summary>
/// <param name="Name">As the table shows it.</param>
/// <param name="Library">Which <c>libpeer-….so</c> has it.</param>
/// <param name="Symbol">Its name there; where it is missing, the machine lacks what it needs.</param>
/// <param name="TimesItself">Whether it returns nanoseconds in place of what it found.</param>
public readonly record struct NativeFunction(string Name, string Library, string Symbol, bool TimesItself = false);
