namespace WireProtocols.Resume;

/// <summary>The catalogue of <see cref="ResumeProtocolError"/>, written from the documentation of its members.</summary>
[ProtocolCatalogue]
public static partial class ResumeProtocolErrors
{
    /// <summary>The rule behind an error.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no rule for <see cref="ResumeProtocolError.None"/>.</exception>
    public static partial ProtocolRule GetRule(this ResumeProtocolError error);
}
