namespace MuLambda.Prober.Options;

/// <summary>What the command line gives; null or empty where it gives nothing.</summary>
internal sealed record ProberArguments
{
    public string? Node { get; init; }

    public string? Registry { get; init; }

    public IReadOnlyList<ExecutorOptions> Executors { get; init; } = [];

    public string? SocketDirectory { get; init; }

    public IReadOnlyList<string> Allow { get; init; } = [];

    public double? ProbeSeconds { get; init; }

    public double? ProbeTimeoutSeconds { get; init; }

    public double? ProbeDelayMs { get; init; }

    public string? Urls { get; init; }

    public string? Advertise { get; init; }

    /// <summary>Lays the arguments over the options: values replace, executors are added, networks replace.</summary>
    /// <param name="options">The options as configured.</param>
    public void ApplyTo(ProberOptions options)
    {
        options.Node = Node ?? options.Node;
        options.Registry = Registry ?? options.Registry;
        options.SocketDirectory = SocketDirectory ?? options.SocketDirectory;
        options.ProbeSeconds = ProbeSeconds ?? options.ProbeSeconds;
        options.ProbeTimeoutSeconds = ProbeTimeoutSeconds ?? options.ProbeTimeoutSeconds;
        options.ProbeDelayMs = ProbeDelayMs ?? options.ProbeDelayMs;
        options.Advertise = Advertise ?? options.Advertise;
        foreach (var executor in Executors)
        {
            options.Executors.Add(executor);
        }

        if (Allow.Count > 0)
        {
            options.Allow.Clear();
            foreach (var entry in Allow)
            {
                options.Allow.Add(entry);
            }
        }
    }
}
