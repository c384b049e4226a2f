namespace WireProtocols.Rpc;

/// <summary>How a call ended. The numbers are those of gRPC, the meanings those that both share (connect-protocol §Error Codes).</summary>
public enum RpcStatusCode
{
    /// <summary>The call succeeded.</summary>
    Ok = 0,

    /// <summary>The call was cancelled, usually by the caller.</summary>
    Canceled = 1,

    /// <summary>An error of unclear origin.</summary>
    Unknown = 2,

    /// <summary>The request is invalid, whatever the state of the system.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline expired.</summary>
    DeadlineExceeded = 4,

    /// <summary>There is no such resource.</summary>
    NotFound = 5,

    /// <summary>The resource exists already.</summary>
    AlreadyExists = 6,

    /// <summary>The caller may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A quota or a limit is exhausted.</summary>
    ResourceExhausted = 8,

    /// <summary>The system is not in the state that the operation needs.</summary>
    FailedPrecondition = 9,

    /// <summary>The operation was aborted.</summary>
    Aborted = 10,

    /// <summary>The operation went past the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The operation is not implemented.</summary>
    Unimplemented = 12,

    /// <summary>Something that the system relies on is broken.</summary>
    Internal = 13,

    /// <summary>The service is unavailable for now.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or corrupt.</summary>
    DataLoss = 15,

    /// <summary>The caller is not authenticated.</summary>
    Unauthenticated = 16,
}
