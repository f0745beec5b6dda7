namespace MuLambda.Simulation.Scaling;

/// <summary>Where a replica is in its life.</summary>
internal enum ReplicaState
{
    /// <summary>Launched; it does not serve yet.</summary>
    Starting,

    /// <summary>It serves.</summary>
    Ready,

    /// <summary>It takes nothing more and ends once it has answered what it has.</summary>
    Draining,

    /// <summary>It is gone.</summary>
    Ended,
}
