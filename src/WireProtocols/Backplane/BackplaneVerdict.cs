namespace WireProtocols.Backplane;

/// <summary>What to do with an entry that was heard.</summary>
internal enum BackplaneVerdict
{
    /// <summary>It is the next one.</summary>
    Deliver,

    /// <summary>It has been delivered.</summary>
    Duplicate,

    /// <summary>Something before it has not been heard.</summary>
    Gap,
}
