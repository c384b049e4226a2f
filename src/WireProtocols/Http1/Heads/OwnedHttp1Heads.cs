namespace WireProtocols.Http1;

/// <summary>Makes lasting copies of heads that a decoder or reader lends until its next call.</summary>
public static class OwnedHttp1Heads
{
    /// <summary>Copies the head, so that it can be kept.</summary>
    public static OwnedHttp1RequestHead ToOwned(this Http1RequestHead head) => new(head.Bytes.ToArray(), head.Slots.ToArray(), head.Layout);

    /// <summary>Copies the head, so that it can be kept.</summary>
    public static OwnedHttp1ResponseHead ToOwned(this Http1ResponseHead head) => new(head.Bytes.ToArray(), head.Slots.ToArray(), head.Layout);
}
