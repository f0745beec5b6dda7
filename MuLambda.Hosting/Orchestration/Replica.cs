using MuLambda.Hosting.Processes;

namespace MuLambda.Hosting.Orchestration;

/// <summary>One process of a resource. Its members change under the lock of <see cref="ResourceBoard"/>.</summary>
internal sealed class Replica(string name, int index)
{
    /// <summary>The resource's name, with <c>-0</c>, <c>-1</c>... when it has several.</summary>
    public string Name { get; } = name;

    public int Index { get; } = index;

    /// <summary>Its <c>service.instance.id</c>.</summary>
    public string InstanceId { get; } = $"{name}-{Guid.NewGuid().ToString("N")[..8]}";

    public string State { get; set; } = ApplicationModel.KnownResourceStates.Waiting;

    public bool Healthy { get; set; }

    public int? ExitCode { get; set; }

    /// <summary>Why it failed, waits or starts again; null for no particular reason.</summary>
    public string? Reason { get; set; }

    /// <summary>What runs now, if it does.</summary>
    public RunningProcess? Process { get; set; }
}
