namespace MuLambda.Hosting.Orchestration;

/// <summary>What becomes of a program that has ended.</summary>
internal enum RestartAction
{
    /// <summary>Its task is done.</summary>
    Finish,

    /// <summary>It is started again.</summary>
    Restart,

    /// <summary>It has failed for good.</summary>
    GiveUp,
}
