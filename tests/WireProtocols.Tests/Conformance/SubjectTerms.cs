namespace WireProtocols.Tests.Conformance;

/// <summary>What the opening handshake of a subject has come to.</summary>
/// <param name="IsClient">The subject masks, and its peer does not.</param>
/// <param name="Behind">What was read behind the head.</param>
/// <param name="Deflates">permessage-deflate was agreed on.</param>
/// <param name="OwnNoContext">Each message of the subject stands for itself.</param>
/// <param name="OwnBits">The window of the subject.</param>
/// <param name="PeerNoContext">Each message of the peer stands for itself.</param>
/// <param name="Nonce">The key of the handshake, of a client.</param>
internal sealed record SubjectTerms(
    bool IsClient, byte[] Behind, bool Deflates, bool OwnNoContext, int OwnBits, bool PeerNoContext, string Nonce = "");
