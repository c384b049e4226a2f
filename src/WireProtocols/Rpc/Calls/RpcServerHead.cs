namespace WireProtocols.Rpc;

/// <summary>What the head of a request says about a call.</summary>
internal sealed class RpcServerHead
{
    private const int UnsupportedMediaType = 415;
    private const int MethodNotAllowed = 405;

    // The longest time that a timer takes.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(49);

    private RpcServerHead(RpcContentType contentType) => ContentType = contentType;

    public RpcContentType ContentType { get; }

    /// <summary>The encoding of the messages of the request.</summary>
    public RpcEncoding? Encoding { get; private set; }

    /// <summary>The encoding that messages of the response may have.</summary>
    public RpcEncoding? ResponseEncoding { get; private set; }

    public TimeSpan Timeout { get; private set; } = System.Threading.Timeout.InfiniteTimeSpan;

    /// <summary>The message that stands in the query of a GET.</summary>
    public ConnectGet? Get { get; private set; }

    /// <summary>What is wrong with the head, to be answered in the protocol of the call; null for nothing.</summary>
    public RpcStatus? Refusal { get; private set; }

    /// <summary>Reads a head.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="kind">The kind of the method that it is for.</param>
    /// <param name="options">What is understood.</param>
    /// <param name="status">The status of HTTP that answers what is no call.</param>
    /// <returns>Null where it is no call of a protocol and codec that fit the method.</returns>
    public static RpcServerHead? Read(RpcServerExchange exchange, RpcMethodKind kind, RpcServerOptions options, out int status)
    {
        status = MethodNotAllowed;
        ConnectGet? get = null;
        RpcContentType contentType;
        if (exchange.Method == "GET" && TakesGet(kind, options))
        {
            status = 400;
            if (!ConnectGet.TryParse(exchange.Query, out get))
            {
                return null;
            }

            contentType = new RpcContentType(RpcProtocol.Connect, get.Codec, IsUnary: true);
        }
        else if (exchange.Method != "POST")
        {
            return null;
        }
        else if (!RpcContentType.TryParse(RpcFieldSet.Get(exchange.Fields, RpcFieldSet.ContentType), out contentType))
        {
            status = UnsupportedMediaType;
            return null;
        }

        // In Connect a unary method has its own content type, and streams have theirs.
        status = UnsupportedMediaType;
        bool fits = options.Codecs.Contains(contentType.Codec)
            && (contentType.Protocol != RpcProtocol.Connect || contentType.IsUnary == (kind == RpcMethodKind.Unary));
        return fits ? new RpcServerHead(contentType) { Get = get }.Complete(exchange.Fields, options) : null;
    }

    /// <summary>
    /// The fields of an answer by HTTP alone: "The origin server MUST generate an Allow header field in a 405" (RFC 9110 §15.5.6).
    /// </summary>
    public static IReadOnlyList<(string Name, string Value)> GetFields(int status, RpcMethodKind kind, RpcServerOptions options)
        => status == MethodNotAllowed ? [("allow", TakesGet(kind, options) ? "GET, POST" : "POST")] : [];

    private static bool TakesGet(RpcMethodKind kind, RpcServerOptions options) => options.AllowGet && kind == RpcMethodKind.Unary;

    private RpcServerHead Complete(IReadOnlyCollection<(string Name, string Value)> fields, RpcServerOptions options)
    {
        RpcFieldSet names = new(ContentType);
        if (!names.TryGetTimeout(fields, out TimeSpan? wished))
        {
            Refusal = new RpcStatus(RpcStatusCode.InvalidArgument, $"The value of {names.Timeout} is malformed.");
        }

        // "If present" it is 1 (connect-protocol §Unary-Request).
        if (ContentType.Protocol == RpcProtocol.Connect && RpcFieldSet.Get(fields, RpcFieldSet.ConnectVersion) is not (null or "1"))
        {
            Refusal = new RpcStatus(RpcStatusCode.InvalidArgument, "The version of Connect is not 1.");
        }

        bool isLimited = options.MaxTimeout != System.Threading.Timeout.InfiniteTimeSpan;
        Timeout = Shorter(wished, isLimited ? options.MaxTimeout : null) ?? System.Threading.Timeout.InfiniteTimeSpan;
        IEnumerable<(string, string)> declared = Get is null ? fields : [(names.Encoding, Get.Encoding ?? "")];
        if (!names.TryGetEncoding(declared, options.Encodings, out RpcEncoding? encoding))
        {
            Refusal = new RpcStatus(RpcStatusCode.Unimplemented, $"The encoding is unknown; known are {RpcFieldSet.List(options.Encodings)}.");
        }

        // "If the client omits Accept-Encoding, servers must assume that the client accepts the Content-Encoding used for the request"
        // (connect-protocol §Unary-Request).
        string? accepted = RpcFieldSet.Get(fields, names.AcceptEncoding)
            ?? (ContentType.Protocol == RpcProtocol.Connect ? encoding?.Name : null);
        Encoding = encoding;
        ResponseEncoding = RpcEncoding.Choose(accepted, options.Encodings);
        return this;
    }

    private static TimeSpan? Shorter(TimeSpan? wished, TimeSpan? most)
    {
        TimeSpan? shorter = wished is null || most < wished ? most : wished;
        return shorter > Longest ? Longest : shorter;
    }
}
