namespace WireProtocols.Http1;

/// <summary>What a pass of <see cref="Http1Block"/> over 64 bytes finds.</summary>
/// <param name="nonTokens">A bit for each byte that is no tchar (RFC 9110 §5.6.2).</param>
/// <param name="controls">A bit for each byte that no field value holds (RFC 9110 §5.5).</param>
internal readonly struct Http1BlockMasks(ulong nonTokens, ulong controls)
{
    public ulong NonTokens => nonTokens;

    public ulong Controls => controls;
}
