namespace WireProtocols.Conformance;

/// <summary>What a case says of the subject.</summary>
public enum ConformanceVerdict
{
    /// <summary>The subject did what the sentence says.</summary>
    Pass,

    /// <summary>The subject broke a MUST, or an attack did harm.</summary>
    Fail,

    /// <summary>The subject did not do what a SHOULD says, or a limit is missing.</summary>
    Warn,

    /// <summary>Neither right nor wrong.</summary>
    Info,

    /// <summary>The case could not be played; the reason is what came.</summary>
    Skip,
}
