namespace WireProtocols.Rpc;

/// <summary>The content type of a request or response, which says the protocol.</summary>
/// <param name="Protocol">The protocol.</param>
/// <param name="Codec">How messages are written, for instance <c>proto</c>; in lower case.</param>
/// <param name="IsText">The text form of gRPC-Web.</param>
/// <param name="IsUnary">A unary call of Connect, whose body is the message itself.</param>
public readonly record struct RpcContentType(RpcProtocol Protocol, string Codec, bool IsText = false, bool IsUnary = false)
{
    private const string DefaultCodec = "proto";
    private const string Application = "application/";

    // The longer before the shorter that it begins with.
    private static readonly (string Name, RpcProtocol Protocol, bool IsText)[] Framed =
    [
        ("grpc-web-text", RpcProtocol.GrpcWeb, true), ("grpc-web", RpcProtocol.GrpcWeb, false), ("grpc", RpcProtocol.Grpc, false),
    ];

    /// <summary>Reads a content type. Parameters such as <c>charset</c> mean nothing.</summary>
    /// <param name="value">The value of the field, or null.</param>
    /// <param name="contentType">The content type.</param>
    /// <returns>False where it is none of the three protocols. Every <c>application/…</c> may be a unary call of Connect: whether the codec is
    /// known is another question.</returns>
    public static bool TryParse(string? value, out RpcContentType contentType)
    {
        contentType = default;
        string type = value?.Split(';')[0].Trim(' ', '\t').ToLowerInvariant() ?? "";
        if (!type.StartsWith(Application, StringComparison.Ordinal) || type.Length == Application.Length)
        {
            return false;
        }

        string name = type[Application.Length..];
        int plus = name.IndexOf('+', StringComparison.Ordinal);
        string family = plus < 0 ? name : name[..plus];
        string? codec = plus < 0 ? null : name[(plus + 1)..];
        foreach ((string framed, RpcProtocol protocol, bool isText) in Framed)
        {
            if (family == framed)
            {
                // "The receiver should assume the default is "+proto" when the message format is missing" (PROTOCOL-WEB §Protocol differences).
                contentType = new RpcContentType(protocol, codec ?? DefaultCodec, isText);
                return codec != "";
            }
        }

        contentType = family == "connect" && codec is not null
            ? new RpcContentType(RpcProtocol.Connect, codec)
            : new RpcContentType(RpcProtocol.Connect, name, IsUnary: true);
        return contentType.Codec.Length > 0;
    }

    /// <inheritdoc/>
    public override string ToString() => Application + Protocol switch
    {
        RpcProtocol.Grpc => $"grpc+{Codec}",
        RpcProtocol.GrpcWeb when IsText => $"grpc-web-text+{Codec}",
        RpcProtocol.GrpcWeb => $"grpc-web+{Codec}",
        _ when IsUnary => Codec,
        _ => $"connect+{Codec}",
    };
}
