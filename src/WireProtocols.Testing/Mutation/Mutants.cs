using System.Globalization;
using System.Runtime.CompilerServices;

namespace WireProtocols.Testing;

/// <summary>
/// Which of the small mistakes that <see cref="MutantWeaver"/> has put into a library is switched on. All of them lie in one assembly, so that
/// none needs a build of its own.
/// </summary>
/// <remarks>
/// A process can be started with one (<see cref="ActiveVariable"/>), and leave behind which of them it could have met
/// (<see cref="ReachedVariable"/>).
/// </remarks>
public static class Mutants
{
    /// <summary>The environment variable with the number of the mutant that is switched on from the start.</summary>
    public const string ActiveVariable = "WIREPROTOCOLS_MUTANT";

    /// <summary>
    /// The environment variable with the path of a file that gets a byte for each mutant when the process ends: 1 where its place was run.
    /// </summary>
    public const string ReachedVariable = "WIREPROTOCOLS_MUTANTS_REACHED";

    /// <summary>No mutant.</summary>
    public const int None = -1;

    private const int MostMutants = 1 << 17;

    private static int _active = None;
    private static byte[]? _reached;

#pragma warning disable CA1810 // What is switched on from the start must be so before the first question.
    static Mutants()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable(ActiveVariable), CultureInfo.InvariantCulture, out int active))
        {
            _active = active;
        }

        if (Environment.GetEnvironmentVariable(ReachedVariable) is { Length: > 0 } file)
        {
            byte[] reached = _reached = new byte[MostMutants];
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.WriteAllBytes(file, reached);
        }
    }
#pragma warning restore CA1810

    /// <summary>Asked by the woven library wherever a mutant lies.</summary>
    /// <param name="mutant">Its number, below 131,072.</param>
    /// <returns>Whether the mistake is to be made.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsActive(int mutant)
    {
        if (_reached is { } reached)
        {
            reached[mutant] = 1;
        }

        return mutant == _active;
    }

    /// <summary>Switches one on, and every other one off.</summary>
    /// <param name="mutant">Its number; <see cref="None"/> for none.</param>
    internal static void Activate(int mutant) => _active = mutant;

    /// <summary>Notes from now on which places are run.</summary>
    /// <returns>A byte for each mutant.</returns>
    internal static byte[] Record() => _reached = new byte[MostMutants];

    /// <summary>Notes nothing any more.</summary>
    internal static void StopRecording() => _reached = null;
}
