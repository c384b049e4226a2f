namespace WireProtocols.ProxyProtocol;

/// <summary>One TLV, a type and a value (proxy-protocol §2.2). The value is a slice of the header.</summary>
public readonly ref struct ProxyTlv
{
    /// <summary>How many bytes stand before the value: one of the type, and two of the length.</summary>
    public const int HeaderLength = 3;

    internal ProxyTlv(ProxyTlvType type, ReadOnlySpan<byte> value)
    {
        Type = type;
        Value = value;
    }

    /// <summary>The type; it may be one without a name.</summary>
    public ProxyTlvType Type { get; }

    /// <summary>The value.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <summary>A copy that may be kept.</summary>
    public OwnedProxyTlv ToOwned() => new(Type, Value.ToArray());
}
