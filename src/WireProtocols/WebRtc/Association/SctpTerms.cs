namespace WireProtocols.WebRtc;

/// <summary>What both ends of an association have said of themselves.</summary>
/// <param name="Local">This end.</param>
/// <param name="Peer">The peer; its tag is 0 before it has said anything.</param>
/// <param name="KnowsForward">Whether the peer knows FORWARD-TSN.</param>
/// <param name="KnowsReconfig">Whether the peer knows RE-CONFIG.</param>
internal sealed record SctpTerms(SctpInit Local, SctpInit Peer = default, bool KnowsForward = false, bool KnowsReconfig = false)
{
    /// <summary>The terms with what a peer says in INIT or INIT ACK.</summary>
    public SctpTerms With(in SctpChunk init)
    {
        bool knowsForward = false;
        bool knowsReconfig = false;
        foreach (SctpParameter parameter in init.Parameters)
        {
            knowsForward |= parameter.Type == SctpParameterType.ForwardTsnSupported;
            if (parameter.Type == SctpParameterType.SupportedExtensions)
            {
                knowsReconfig |= parameter.Value.Contains((byte)SctpChunkType.Reconfig);
                knowsForward |= parameter.Value.Contains((byte)SctpChunkType.ForwardTsn);
            }

            if (!parameter.Type.IsKnown() && !parameter.Type.SkipsWhenUnknown())
            {
                break;
            }
        }

        return new SctpTerms(Local, init.AsInit(), knowsForward, knowsReconfig);
    }

    /// <summary>The terms that a cookie holds.</summary>
    public SctpTerms With(in SctpCookie cookie) => new(
        Local with { InitiateTag = cookie.LocalTag, InitialTsn = cookie.LocalTsn }, cookie.Peer, cookie.KnowsForward, cookie.KnowsReconfig);
}
