using WireProtocols.Fuzz;
using WireProtocols.Fuzz.Guided;

try
{
    return args switch
    {
        ["list"] => List(),
        ["replay", string target, _, ..] => Replay.Run(FuzzTargets.Get(target), args[2..], Console.Out),
        ["weave", string assembly] => Weave(assembly),
        ["serve", string target] => ForkServer.Run(FuzzTargets.Get(target)),
        _ => Usage(),
    };
}
catch (Exception e) when (e is ArgumentException or IOException)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

static int List()
{
    foreach (FuzzTarget target in FuzzTargets.All)
    {
        Console.WriteLine(target.Name);
    }

    return 0;
}

static int Weave(string assembly)
{
    Console.WriteLine($"{Weaver.Weave(assembly)} basic blocks");
    return 0;
}

static int Usage()
{
    Console.Error.WriteLine("""
        list                             the names of the targets
        replay TARGET FOLDER|FILE…       runs the target on every file; exit 1 when one fails
        weave ASSEMBLY                   counts its basic blocks for AFL (fuzz/run.sh)
        serve TARGET                     the other end of afl-fuzz (fuzz/run.sh)
        """);
    return 2;
}
