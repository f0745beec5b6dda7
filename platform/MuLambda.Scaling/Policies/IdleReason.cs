namespace MuLambda.Scaling;

/// <summary>What decides whether an idle deployment keeps a replica.</summary>
internal enum IdleReason
{
    /// <summary>The idle times seen do not say when the next request comes.</summary>
    NobodyKnows,

    /// <summary>It is expected within about a start.</summary>
    ExpectedSoon,

    /// <summary>It is expected so late that a start in time costs less than waiting for it.</summary>
    ExpectedLater,

    /// <summary>It was expected and did not come.</summary>
    Overdue,

    /// <summary>The last replica stayed as long as the deployment allows.</summary>
    KeptLongEnough,

    /// <summary>A start is so short that requests are in time all the same.</summary>
    StartIsInTime,
}
