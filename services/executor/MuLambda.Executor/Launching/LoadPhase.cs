namespace MuLambda.Executor.Launching;

/// <summary>How far a model version is on its way to its first answer.</summary>
internal enum LoadPhase
{
    /// <summary>Its artifact is fetched from the registry, or found in the cache and unpacked.</summary>
    Downloading,

    /// <summary>It is translated and loaded.</summary>
    Loading,

    /// <summary>It answers its first requests, which nobody waits for.</summary>
    Warming,

    /// <summary>It can be asked.</summary>
    Ready,

    /// <summary>It cannot be served.</summary>
    Failed,
}
