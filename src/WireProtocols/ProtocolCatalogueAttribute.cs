namespace WireProtocols;

/// <summary>
/// The partial methods of the class are written while the library is compiled, from the documentation of the enum that they extend. A member
/// of it is documented by <c>Sentence (RFC 6455 §5.2; 1002).</c>: the rule that bytes can break, where it stands, and what an endpoint sends
/// when it is broken. <c>GetRule</c> gives the sentence and the sections, the methods after it the codes, in this order.
/// </summary>
/// <param name="names">The class of constants that the codes are the documented names of; null where codes are numbers or members of an enum.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ProtocolCatalogueAttribute(Type? names = null) : Attribute
{
    /// <summary>The class of constants that the codes are the documented names of, or null.</summary>
    public Type? Names { get; } = names;
}
