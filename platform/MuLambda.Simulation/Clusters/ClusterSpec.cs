using MuLambda.Catalog;

namespace MuLambda.Simulation;

/// <summary>A cluster to simulate: what there is, who asks for what, and what goes wrong when.</summary>
public sealed record ClusterSpec
{
    /// <summary>What models do and clients ask for where nothing else is said.</summary>
    public static Traits DefaultTraits { get; } = new("classification", "tensor", "label");

    /// <summary>The machines that executors run on.</summary>
    public required IReadOnlyList<NodeSpec> Nodes { get; init; }

    /// <summary>The models.</summary>
    public required IReadOnlyList<ModelSpec> Models { get; init; }

    /// <summary>The executors.</summary>
    public required IReadOnlyList<ExecutorSpec> Executors { get; init; }

    /// <summary>The clients.</summary>
    public required IReadOnlyList<ClientSpec> Clients { get; init; }

    /// <summary>The selectors that share the executors; each learns by itself.</summary>
    public IReadOnlyList<SelectorSpec> Selectors { get; init; } = [new()];

    /// <summary>The network's delays; null for those of <see cref="Nodes"/>.</summary>
    public INetwork? Network { get; init; }

    /// <summary>How round trips are measured.</summary>
    public ProbeSpec Probes { get; init; } = new();

    /// <summary>How executors are looked after.</summary>
    public LoadReportSpec LoadReports { get; init; } = new();

    /// <summary>What goes wrong, and when.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    /// <summary>When the run ends although requests are left, in milliseconds; null for not before the last is answered.</summary>
    public double? EndMs { get; init; }
}
