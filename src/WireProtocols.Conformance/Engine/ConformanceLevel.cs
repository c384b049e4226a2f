namespace WireProtocols.Conformance;

/// <summary>How strong the sentence is that a case stands on.</summary>
public enum ConformanceLevel
{
    /// <summary>A MUST: breaking it is a failure.</summary>
    Must,

    /// <summary>A SHOULD: breaking it is a warning.</summary>
    Should,

    /// <summary>What nothing demands, and what is good to know.</summary>
    May,

    /// <summary>No rule but an attack: harm that is seen is a failure, a limit that is missing is a warning.</summary>
    Security,
}
