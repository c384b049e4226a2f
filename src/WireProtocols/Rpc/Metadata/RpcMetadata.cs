namespace WireProtocols.Rpc;

/// <summary>
/// What an application sends along with a call: names in lower case, and values that are text or, where the name ends in <c>-bin</c>, bytes. What is
/// in here may always be sent.
/// </summary>
/// <remarks>
/// The names of the protocols (<c>grpc-…</c>, <c>connect-…</c>, <c>trailer-…</c>) and of the framing of HTTP are no metadata, except for
/// <c>grpc-status-details-bin</c>. "Custom-Metadata header order is not guaranteed to be preserved except for values with duplicate header names"
/// (PROTOCOL-HTTP2 §Requests); here it is.
/// </remarks>
public sealed class RpcMetadata
{
    private readonly List<(string Name, string Value)> _entries = [];

    /// <summary>Names and values in the order in which they were added.</summary>
    public IReadOnlyList<(string Name, string Value)> Entries => _entries;

    /// <summary>Adds a value behind those that the name has already.</summary>
    /// <param name="name">Letters, digits, <c>_</c>, <c>-</c>, <c>.</c>; upper case becomes lower case.</param>
    /// <param name="value">Printable ASCII, without space at its ends; of a name in <c>-bin</c>, base64.</param>
    /// <exception cref="ArgumentException">The name is none or not the application's, or the value cannot be sent.</exception>
    public void Add(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        string lower = CheckName(name);
        if (!RpcFieldNames.IsValue(value) || (IsBinary(lower) && !IsBinaryList(value)))
        {
            throw new ArgumentException("A value is printable ASCII without space at its ends; of a name in -bin, base64.", nameof(value));
        }

        _entries.Add((lower, value));
    }

    /// <summary>Adds bytes, as base64 without padding.</summary>
    /// <param name="name">Ends in <c>-bin</c>.</param>
    /// <param name="value">The bytes.</param>
    /// <exception cref="ArgumentException">The name is none, not the application's, or has another end.</exception>
    public void AddBinary(string name, ReadOnlySpan<byte> value)
    {
        string lower = CheckName(name);
        if (!IsBinary(lower))
        {
            throw new ArgumentException("The name of binary metadata ends in -bin.", nameof(name));
        }

        _entries.Add((lower, RpcBinaryValue.Encode(value)));
    }

    /// <summary>The first value of a name, or null.</summary>
    public string? GetValue(string name) => GetValues(name).FirstOrDefault();

    /// <summary>The values of a name, in their order.</summary>
    public IEnumerable<string> GetValues(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _entries.Where(e => e.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(e => e.Value);
    }

    /// <summary>The bytes of the values of a name in <c>-bin</c>; those that were joined by commas are told apart.</summary>
    public IEnumerable<byte[]> GetBinaryValues(string name)
        => GetValues(name).SelectMany(v => v.Split(','))
            .Select(v => RpcBinaryValue.TryDecode(v.AsSpan().Trim(' '), out byte[]? bytes) ? bytes : null).OfType<byte[]>();

    /// <summary>
    /// Adds what a peer sent, where it is metadata. "Implementations must not error due to receiving an invalid ASCII-Value that's a valid
    /// field-value in HTTP […]: they may throw the value away", so that what is kept can be sent back.
    /// </summary>
    internal void AddReceived(string name, string value)
    {
        string lower = name.ToLowerInvariant();
        string trimmed = value.Trim(' ', '\t');
        bool isKept = RpcFieldNames.IsName(lower) && IsAllowed(lower) && RpcFieldNames.IsValue(trimmed)
            && (!IsBinary(lower) || IsBinaryList(trimmed));
        if (isKept)
        {
            _entries.Add((lower, trimmed));
        }
    }

    private static string CheckName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string lower = name.ToLowerInvariant();
        return RpcFieldNames.IsName(lower) && IsAllowed(lower)
            ? lower
            : throw new ArgumentException("A name is letters, digits, _, - and ., and none of HTTP's or the protocols' own.", nameof(name));
    }

    private static bool IsAllowed(string name) => !RpcFieldNames.IsReserved(name) || RpcFieldNames.IsDetails(name);

    private static bool IsBinary(string name) => name.EndsWith(RpcFieldNames.BinarySuffix, StringComparison.Ordinal);

    private static bool IsBinaryList(string value) => value.Split(',').All(v => RpcBinaryValue.TryDecode(v.AsSpan().Trim(' '), out _));
}
