namespace MuLambda.Simulation.Scaling;

/// <summary>What happens next.</summary>
internal enum ScalingEventKind
{
    /// <summary>A request comes.</summary>
    Arrival,

    /// <summary>A launched replica serves.</summary>
    Ready,

    /// <summary>A batch reaches the server.</summary>
    AtServer,

    /// <summary>The server has done with a batch.</summary>
    Served,

    /// <summary>Its answers reach the queue.</summary>
    Answer,

    /// <summary>A queue wants to be asked again.</summary>
    Wake,

    /// <summary>The client of a held request gives up.</summary>
    Expire,

    /// <summary>Demand is reported, and decided on.</summary>
    Sample,

    /// <summary>A request began to wait for a cold start, which is reported at once.</summary>
    WaitsCold,

    /// <summary>A policy wanted to be asked again.</summary>
    Revisit,

    /// <summary>A point of the timeline ends.</summary>
    Timeline,
}
