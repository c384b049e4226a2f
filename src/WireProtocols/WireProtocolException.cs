namespace WireProtocols;

/// <summary>
/// Bytes from a peer that break a rule of their protocol. Readers and endpoints throw this family, and nothing else, for bad input;
/// everything decoded before <see cref="Offset"/> has already been handed out.
/// </summary>
public abstract class WireProtocolException : Exception
{
    private protected WireProtocolException(string code, ProtocolRule rule, long offset, Exception? innerException = null)
        : base($"{rule.Text} ({rule.Section}; byte {offset}).", innerException)
    {
        Code = code;
        Rule = rule;
        Offset = offset;
    }

    /// <summary>The name of the member of the protocol's error enum, for instance <c>NonMinimalLength</c>.</summary>
    public string Code { get; }

    /// <summary>
    /// Whether the input ended inside an element: the transport was cut, or the peer stopped in the middle. It is one thing to recognize, whatever
    /// the protocol and wherever in it.
    /// </summary>
    public bool IsUnexpectedEnd => Code == "UnexpectedEnd";

    /// <summary>The rule that was broken.</summary>
    public ProtocolRule Rule { get; }

    /// <summary>The offset of the offending byte, in bytes from the first one that the reader was given.</summary>
    public long Offset { get; }

    /// <summary>The section of the specification, for instance <c>RFC 6455 §5.2</c>.</summary>
    public string Section => Rule.Section;
}
