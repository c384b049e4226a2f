namespace WireProtocols.Rpc;

/// <summary>How a stream of responses ended: the status of the call and the trailing metadata.</summary>
/// <param name="Status">The status.</param>
/// <param name="Trailers">The trailing metadata.</param>
public sealed record RpcEnd(RpcStatus Status, RpcMetadata Trailers)
{
    private const string StatusName = "grpc-status";
    private const string MessageName = "grpc-message";

    /// <summary>A call that succeeded, without trailing metadata.</summary>
    public static RpcEnd Ok => new(RpcStatus.Ok, new RpcMetadata());

    /// <summary>
    /// The end that trailers of gRPC or gRPC-Web stand for; those of a response without messages are in its head. Where the status is missing or no
    /// number, or stands twice, one is made up: "Implementations must synthesize a Status &amp; Status-Message" (PROTOCOL-HTTP2 §Responses).
    /// </summary>
    /// <param name="trailers">Names and values; names in any case.</param>
    public static RpcEnd FromTrailers(IEnumerable<(string Name, string Value)> trailers)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        string? status = null;
        string? message = null;
        bool isRepeated = false;
        RpcMetadata metadata = new();
        foreach ((string name, string value) in trailers)
        {
            if (name.Equals(StatusName, StringComparison.OrdinalIgnoreCase))
            {
                isRepeated |= status is not null;
                status = value;
            }
            else if (name.Equals(MessageName, StringComparison.OrdinalIgnoreCase))
            {
                message ??= value;
            }
            else
            {
                metadata.AddReceived(name, value);
            }
        }

        string said = GrpcStatusMessage.Decode(message);
        if (status is null)
        {
            return new RpcEnd(new RpcStatus(RpcStatusCode.Unknown, said.Length > 0 ? said : "The peer gave no status."), metadata);
        }

        if (isRepeated)
        {
            return new RpcEnd(new RpcStatus(RpcProtocolError.StatusRepeated.GetStatusCode(), "The peer gave its status twice."), metadata);
        }

        return RpcStatusCodes.TryParseGrpcStatus(status, out RpcStatusCode code)
            ? new RpcEnd(new RpcStatus(code, said), metadata)
            : new RpcEnd(new RpcStatus(RpcStatusCode.Unknown, said.Length > 0 ? said : "The peer's status is no number."), metadata);
    }

    /// <summary>The trailers of gRPC and gRPC-Web that say this: status, message where there is one, metadata.</summary>
    public IReadOnlyList<(string Name, string Value)> ToTrailers()
    {
        string code = ((int)Status.Code).ToString(System.Globalization.CultureInfo.InvariantCulture);
        List<(string, string)> trailers = [(StatusName, code)];
        if (Status.Message.Length > 0)
        {
            trailers.Add((MessageName, GrpcStatusMessage.Encode(Status.Message)));
        }

        trailers.AddRange(Trailers.Entries);
        return trailers;
    }
}
