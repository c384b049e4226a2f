using System.Diagnostics.CodeAnalysis;

[assembly: SuppressMessage(
    "Naming",
    "CA1716",
    Scope = "namespace",
    Target = "~N:WireProtocols.Resume",
    Justification = "Resume is a keyword of Visual Basic alone, which escapes it.")]
