namespace MuLambda.Client;

/// <summary>How a call to the platform failed.</summary>
public enum MuLambdaFailure
{
    /// <summary>The platform answered with an error; <see cref="MuLambdaException.Status"/> says which.</summary>
    Refused,

    /// <summary>Nothing answered at the address.</summary>
    Unreachable,

    /// <summary>The deadline passed.</summary>
    TimedOut,

    /// <summary>Something answered, but not as the platform does.</summary>
    InvalidAnswer,
}
