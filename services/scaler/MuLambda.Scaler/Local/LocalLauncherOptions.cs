namespace MuLambda.Scaler.Local;

/// <summary>How executors are started on this machine.</summary>
internal sealed record LocalLauncherOptions
{
    /// <summary>The node's name.</summary>
    public required string Node { get; init; }

    /// <summary>Where the executors' records are, an absolute path.</summary>
    public required string State { get; init; }

    /// <summary>The executors' program: an assembly or an executable.</summary>
    public required string Program { get; init; }

    /// <summary>The registry that executors fetch models from.</summary>
    public required Uri Registry { get; init; }

    /// <summary>Where they keep them; null for the executor's default.</summary>
    public string? Cache { get; init; }

    /// <summary>Where their Unix sockets are; null for none.</summary>
    public string? Sockets { get; init; }

    /// <summary>They end by themselves so long after nobody has renewed their file.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Further arguments of the program.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];
}
