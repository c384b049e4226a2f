namespace WireProtocols.Rpc;

/// <summary>The names that fields have in a protocol, and what can be read out of fields.</summary>
internal readonly struct RpcFieldSet(RpcContentType contentType)
{
    public const string ContentType = "content-type";
    public const string ConnectVersion = "connect-protocol-version";
    public const string TrailerPrefix = "trailer-";

    public string Timeout => contentType.Protocol == RpcProtocol.Connect ? "connect-timeout-ms" : "grpc-timeout";

    public string Encoding => contentType.IsUnary ? "content-encoding"
        : contentType.Protocol == RpcProtocol.Connect ? "connect-content-encoding" : "grpc-encoding";

    public string AcceptEncoding => contentType.IsUnary ? "accept-encoding"
        : contentType.Protocol == RpcProtocol.Connect ? "connect-accept-encoding" : "grpc-accept-encoding";

    /// <summary>The values of a name, joined as HTTP joins them; null where there is none.</summary>
    public static string? Get(IEnumerable<(string Name, string Value)> fields, string name)
    {
        string[] values = [.. fields.Where(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(f => f.Value)];
        return values.Length == 0 ? null : string.Join(", ", values);
    }

    public static RpcMetadata GetMetadata(IEnumerable<(string Name, string Value)> fields)
    {
        RpcMetadata metadata = new();
        foreach ((string name, string value) in fields)
        {
            metadata.AddReceived(name, value);
        }

        return metadata;
    }

    /// <summary>The trailing metadata among the fields of a unary response of Connect.</summary>
    public static RpcMetadata GetTrailers(IEnumerable<(string Name, string Value)> fields)
        => GetMetadata(fields.Where(f => f.Name.StartsWith(TrailerPrefix, StringComparison.OrdinalIgnoreCase))
            .Select(f => (f.Name[TrailerPrefix.Length..], f.Value)));

    public bool TryGetTimeout(IEnumerable<(string Name, string Value)> fields, out TimeSpan? timeout)
    {
        timeout = null;
        if (Get(fields, Timeout) is not { } text)
        {
            return true;
        }

        bool isRight = contentType.Protocol == RpcProtocol.Connect
            ? ConnectTimeout.TryParse(text, out TimeSpan parsed)
            : GrpcTimeout.TryParse(text, out parsed);
        timeout = isRight ? parsed : null;
        return isRight;
    }

    /// <summary>The encoding that is declared; null for none.</summary>
    /// <returns>False for one that is not known.</returns>
    public bool TryGetEncoding(IEnumerable<(string Name, string Value)> fields, IReadOnlyList<RpcEncoding> known, out RpcEncoding? encoding)
    {
        encoding = null;
        string? name = Get(fields, Encoding);
        if (string.IsNullOrEmpty(name) || name.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        encoding = RpcEncoding.Choose(name, known);
        return encoding is not null && encoding.Name.Equals(name, StringComparison.OrdinalIgnoreCase);
    }

    public static string List(IEnumerable<RpcEncoding> encodings) => string.Join(",", encodings.Select(e => e.Name));
}
