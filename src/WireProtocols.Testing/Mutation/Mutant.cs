namespace WireProtocols.Testing;

/// <summary>A small mistake at one place of a library.</summary>
/// <param name="Id">Its number, by which <see cref="Mutants"/> switches it on.</param>
/// <param name="File">The source file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Column">The column at which the statement begins, from 1.</param>
/// <param name="Method">The method, with its type.</param>
/// <param name="Change">What is done in place of what.</param>
public sealed record Mutant(int Id, string File, int Line, int Column, string Method, string Change);
