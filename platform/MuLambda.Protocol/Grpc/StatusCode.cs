namespace MuLambda.Protocol.Grpc;

/// <summary>How a gRPC call ended; the numbers are those of the wire.</summary>
public enum StatusCode
{
    /// <summary>The call succeeded.</summary>
    Ok = 0,

    /// <summary>The caller gave the call up.</summary>
    Cancelled = 1,

    /// <summary>An error of which nothing more is known.</summary>
    Unknown = 2,

    /// <summary>The request is wrong whatever the state of the server.</summary>
    InvalidArgument = 3,

    /// <summary>The deadline passed before the call ended.</summary>
    DeadlineExceeded = 4,

    /// <summary>What the request names is not there.</summary>
    NotFound = 5,

    /// <summary>What the request creates is already there.</summary>
    AlreadyExists = 6,

    /// <summary>The caller may not do this.</summary>
    PermissionDenied = 7,

    /// <summary>A limit is reached: a full queue, a message too large.</summary>
    ResourceExhausted = 8,

    /// <summary>The server's state does not allow the call.</summary>
    FailedPrecondition = 9,

    /// <summary>A conflict with a concurrent call.</summary>
    Aborted = 10,

    /// <summary>A position outside the valid range.</summary>
    OutOfRange = 11,

    /// <summary>The server does not have this method.</summary>
    Unimplemented = 12,

    /// <summary>The server or the protocol is broken.</summary>
    Internal = 13,

    /// <summary>The server cannot be reached or is not ready; trying again may help.</summary>
    Unavailable = 14,

    /// <summary>Data is lost or corrupt.</summary>
    DataLoss = 15,

    /// <summary>The caller did not say who it is.</summary>
    Unauthenticated = 16,
}
