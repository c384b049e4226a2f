namespace WireProtocols;

/// <summary>A rule of a specification that bytes on the wire can break.</summary>
/// <param name="Text">The rule in one sentence, without its final full stop.</param>
/// <param name="Section">Where it stands, for instance <c>RFC 6455 §5.1</c>.</param>
public readonly record struct ProtocolRule(string Text, string Section);
