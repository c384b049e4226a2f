namespace WireProtocols.Conformance;

/// <summary>What was agreed on, seen from the examiner.</summary>
/// <param name="SubjectBits">The window of what the subject sends.</param>
/// <param name="SubjectNoContext">Each of its messages stands for itself.</param>
/// <param name="OwnBits">The window of what the examiner sends.</param>
/// <param name="OwnNoContext">Each of its messages has to stand for itself.</param>
internal sealed record DeflateTerms(int SubjectBits, bool SubjectNoContext, int OwnBits, bool OwnNoContext)
{
    public static DeflateTerms OfServer(DeflateAgreement agreed)
        => new(agreed.ServerBits ?? 15, agreed.ServerNoContext, agreed.ClientBits ?? 15, agreed.ClientNoContext);

    public static DeflateTerms OfClient(DeflateAgreement agreed)
        => new(agreed.ClientBits ?? 15, agreed.ClientNoContext, agreed.ServerBits ?? 15, agreed.ServerNoContext);
}
