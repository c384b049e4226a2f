namespace WireProtocols.Http1;

/// <summary>Where a field line stands in its head.</summary>
internal struct Http1FieldSlot
{
    public int NameStart;
    public int NameLength;
    public int ValueStart;
    public int ValueLength;
}
