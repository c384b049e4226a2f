namespace WireProtocols.Rpc;

/// <summary>The names and numbers of <see cref="RpcStatusCode"/> in the three protocols and in HTTP.</summary>
public static class RpcStatusCodes
{
    private static readonly string[] Names =
    [
        "ok", "canceled", "unknown", "invalid_argument", "deadline_exceeded", "not_found", "already_exists", "permission_denied",
        "resource_exhausted", "failed_precondition", "aborted", "out_of_range", "unimplemented", "internal", "unavailable", "data_loss",
        "unauthenticated",
    ];

    private static readonly int[] HttpStatuses = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401];

    /// <summary>The code as Connect writes it, for instance <c>invalid_argument</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such code.</exception>
    public static string GetConnectName(this RpcStatusCode code) => Names[(int)Check(code)];

    /// <summary>The code that Connect writes so. <c>ok</c> is none: a call that succeeded has no error.</summary>
    public static bool TryParseConnectName(ReadOnlySpan<char> name, out RpcStatusCode code)
    {
        for (int i = 1; i < Names.Length; i++)
        {
            if (name.SequenceEqual(Names[i]))
            {
                code = (RpcStatusCode)i;
                return true;
            }
        }

        code = RpcStatusCode.Unknown;
        return false;
    }

    /// <summary>The code of a <c>grpc-status</c>: "a decimal-encoded integer as an ASCII string, without any leading zeros".</summary>
    /// <param name="text">The value of the field.</param>
    /// <param name="code">The code; <see cref="RpcStatusCode.Unknown"/> for a number that is no code.</param>
    /// <returns>False where it is no such integer.</returns>
    public static bool TryParseGrpcStatus(ReadOnlySpan<char> text, out RpcStatusCode code)
    {
        code = RpcStatusCode.Unknown;
        if (text.IsEmpty || text.ContainsAnyExceptInRange('0', '9') || (text.Length > 1 && text[0] == '0'))
        {
            return false;
        }

        int number = text.Length > 2 ? int.MaxValue : text.Length == 1 ? text[0] - '0' : ((text[0] - '0') * 10) + text[1] - '0';
        code = number < Names.Length ? (RpcStatusCode)number : RpcStatusCode.Unknown;
        return true;
    }

    /// <summary>The status of HTTP that a unary response of Connect has for a code (connect-protocol §Error Codes).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such code.</exception>
    public static int GetHttpStatus(this RpcStatusCode code) => HttpStatuses[(int)Check(code)];

    /// <summary>
    /// The code that stands for a response without one (connect-protocol §HTTP to Error Code; gRPC has the same table). A status of 200 says
    /// nothing either: <see cref="RpcStatusCode.Unknown"/>.
    /// </summary>
    public static RpcStatusCode FromHttpStatus(int status) => status switch
    {
        400 => RpcStatusCode.Internal,
        401 => RpcStatusCode.Unauthenticated,
        403 => RpcStatusCode.PermissionDenied,
        404 => RpcStatusCode.Unimplemented,
        429 or 502 or 503 or 504 => RpcStatusCode.Unavailable,
        _ => RpcStatusCode.Unknown,
    };

    /// <summary>The code for a stream of HTTP/2 that was reset (PROTOCOL-HTTP2 §Errors).</summary>
    /// <param name="errorCode">The error code of RST_STREAM.</param>
    public static RpcStatusCode FromHttp2Error(long errorCode) => errorCode switch
    {
        0 or 1 or 2 or 3 or 4 or 6 or 9 or 10 => RpcStatusCode.Internal,
        7 => RpcStatusCode.Unavailable,
        8 => RpcStatusCode.Canceled,
        11 => RpcStatusCode.ResourceExhausted,
        12 => RpcStatusCode.PermissionDenied,
        _ => RpcStatusCode.Unknown,
    };

    /// <returns>The code.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such code.</exception>
    internal static RpcStatusCode Check(RpcStatusCode code)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)code, (uint)RpcStatusCode.Unauthenticated, nameof(code));
        return code;
    }
}
