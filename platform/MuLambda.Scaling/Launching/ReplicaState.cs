namespace MuLambda.Scaling;

/// <summary>What one model does in one executor.</summary>
public enum ReplicaState
{
    /// <summary>It was given to the executor, which does not serve it yet.</summary>
    Starting,

    /// <summary>It is served.</summary>
    Ready,

    /// <summary>It is finishing what it has; nobody chooses it any more.</summary>
    Draining,

    /// <summary>It cannot be served.</summary>
    Failed,
}
