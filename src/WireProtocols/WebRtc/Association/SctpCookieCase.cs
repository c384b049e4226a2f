namespace WireProtocols.WebRtc;

/// <summary>What a cookie is for: the cases of RFC 9260 §5.1.5 and §5.2.4.</summary>
internal enum SctpCookieCase
{
    /// <summary>It does not belong to the association: "silently discarded".</summary>
    Discard,

    /// <summary>There is no association yet.</summary>
    First,

    /// <summary>Case A: the peer knows nothing of the association any more.</summary>
    Restart,

    /// <summary>Case B: both sides sent INIT, and the peer has chosen another tag.</summary>
    Collision,

    /// <summary>Case C: the cookie of an INIT ACK from before this end sent INIT. Discarded.</summary>
    Late,

    /// <summary>Case D: the cookie of the association, for the first time or again.</summary>
    Same,
}

/// <summary>Tells the cases apart.</summary>
internal static class SctpCookieCases
{
    /// <summary>Judges a cookie where there is an association, or one is being made.</summary>
    /// <param name="cookie">A cookie that is this end's.</param>
    /// <param name="localTag">The tag of this end.</param>
    /// <param name="peerTag">The tag of the peer; 0 where it is not known.</param>
    /// <param name="ties">The Tie-Tags of the association; 0 where there are none.</param>
    public static SctpCookieCase Judge(in SctpCookie cookie, uint localTag, uint peerTag, SctpTieTags ties)
        => (cookie.LocalTag == localTag, cookie.Peer.InitiateTag == peerTag) switch
        {
            (true, true) => SctpCookieCase.Same,
            (true, false) => SctpCookieCase.Collision,
            (false, true) => cookie.Ties == default ? SctpCookieCase.Late : SctpCookieCase.Discard,
            (false, false) => cookie.Ties != default && cookie.Ties == ties ? SctpCookieCase.Restart : SctpCookieCase.Discard,
        };
}
